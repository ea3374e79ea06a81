import { join } from "node:path";
import { Journal, type Log, MeshError } from "@fairlead/core";
import type { KubernetesObject, ObjectKey } from "@fairlead/kubernetes-types";

export interface LastGoodOptions {
  /** Folder of the file; made with mode 0700. */
  readonly directory: string;
  /** How long changes are collected before they are written, in milliseconds. Default 1,000. */
  readonly delayMs?: number;
  readonly log: Log;
}

/**
 * The last good form of every object, on disk: what a node serves from when the Kubernetes API is away, and what
 * stands in for an object that went bad while the agent was down. Holds private keys; the file has mode 0600.
 */
export class LastGood implements Disposable {
  readonly #journal: Journal<KubernetesObject>;
  readonly #options: LastGoodOptions;
  readonly #changes = new Map<ObjectKey, KubernetesObject | undefined>();
  #timer: NodeJS.Timeout | undefined;

  private constructor(journal: Journal<KubernetesObject>, options: LastGoodOptions) {
    this.#journal = journal;
    this.#options = options;
  }

  /** Opens the file. A damaged one is logged with the place of the damage, moved aside, and begun anew. */
  static open(options: LastGoodOptions): LastGood {
    const file = { path: join(options.directory, "last-good.journal") };
    try {
      return new LastGood(Journal.open<KubernetesObject>(file), options);
    } catch (error) {
      if (!(error instanceof MeshError) || error.code !== "cache_corrupt") throw error;
      options.log.error("last good configuration is damaged; starting without it", {
        error,
        movedTo: `${file.path}.corrupt`,
      });
      return new LastGood(Journal.reset<KubernetesObject>(file), options);
    }
  }

  /** What is on disk. */
  get objects(): ReadonlyMap<ObjectKey, KubernetesObject> {
    return this.#journal.entries;
  }

  /** Remembers a form, or with undefined forgets the object. Written soon, in one go with others. */
  set(key: ObjectKey, object: KubernetesObject | undefined): void {
    if (object === undefined && !this.#journal.entries.has(key) && !this.#changes.has(key)) return;
    this.#changes.set(key, object);
    this.#timer ??= setTimeout(() => this.flush(), this.#options.delayMs ?? 1_000).unref();
  }

  /** Writes what was collected. A full disk is logged and costs nothing but the memory of a restart. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changes = [...this.#changes];
    this.#changes.clear();
    try {
      this.#journal.write(changes);
    } catch (error) {
      this.#options.log.error("last good configuration cannot be written", { error });
    }
  }

  [Symbol.dispose](): void {
    this.flush();
    this.#journal[Symbol.dispose]();
  }
}
