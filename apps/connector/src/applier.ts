import { compareRevisions, type Log, MeshError } from "@fairlead/core";
import { isConflict, isNotFound, type KubernetesClient, type ResourceType, WorkQueue } from "@fairlead/kubernetes";
import { FIELD_MANAGER, type KubernetesObject, parseObjectKey } from "@fairlead/kubernetes-types";
import type { Bundle, BundleEntry, BundleObject, StageReason } from "@fairlead/tunnel";
import { type ApplyFailure, applyFailure } from "./apply-failure.ts";
import { ApplyGate, applyStep } from "./apply-order.ts";
import type { Guard, Hold } from "./guard/guard.ts";
import { isOurs, managersOf } from "./ownership.ts";
import { renderedObject, resourceOf } from "./rendered-object.ts";

export interface ApplierOptions {
  readonly client: KubernetesClient;
  readonly bundle: Bundle;
  readonly log: Log;
  /** Asked before every write. */
  readonly guard: Pick<Guard, "ask" | "deleted">;
  /** Objects worked on at the same time. */
  readonly concurrency: number;
  /** `live` is what the API server holds now; undefined once it is deleted, or when nothing had to be done. */
  readonly onApplied: (key: string, entry: BundleEntry, live: KubernetesObject | undefined) => void;
  readonly onRejected: (key: string, entry: BundleEntry, why: StageReason) => void;
  /** A try failed in a way that may pass. */
  readonly onDelayed: (key: string, entry: BundleEntry, why: StageReason) => void;
  /** The guard is against it. Whoever owns the guard brings the key again once it no longer is. */
  readonly onHeld: (key: string, entry: BundleEntry, hold: Hold) => void;
}

/** The guard is against a change. */
class HeldBack extends Error {
  readonly hold: Hold;

  constructor(hold: Hold) {
    super(hold.why.message);
    this.hold = hold;
  }
}

/**
 * Makes the cluster what the bundle says, one key at a time: level triggered, so that whatever happened before, the
 * next try of a key looks at what is wanted now. Objects that are not ours are neither changed nor deleted: before the
 * first write the object is looked at, later writes name the uid that was found, and the API server refuses them when
 * another object has taken the name.
 */
export class Applier implements AsyncDisposable {
  readonly #options: ApplierOptions;
  readonly #queue: WorkQueue<string>;
  readonly #gate = new ApplyGate();
  /** Uid of each object known to be ours. */
  readonly #owned = new Map<string, string>();

  constructor(options: ApplierOptions) {
    this.#options = options;
    this.#queue = new WorkQueue({
      work: (key, signal) => this.#work(key, signal),
      onError: (key, error, failures) => options.log.warn("apply failed", { object: key, error, failures }),
      concurrency: options.concurrency,
      backoff: { baseMs: 50, maxMs: 10_000 },
    });
  }

  /** Objects waiting for their turn or in it. */
  get length(): number {
    return this.#queue.length;
  }

  /** These keys changed in the bundle. They start now, in the order their kinds depend on each other. */
  changed(keys: Iterable<string>): void {
    for (const key of keys) {
      const deleted = this.#options.bundle.entries.get(key)?.object === undefined;
      for (const ready of this.#gate.add(key, applyStep(key, deleted))) this.#queue.add(ready);
    }
  }

  /** Applies a key again when nothing more urgent is to do, to undo drift. */
  again(key: string): void {
    this.#queue.add(key);
  }

  /** Applies a key whose object somebody deleted: the next write makes a new one. */
  replace(key: string): void {
    this.#owned.delete(key);
    this.again(key);
  }

  /** What applying the key would make of the object there is, without doing so. */
  async preview(key: string, signal: AbortSignal): Promise<KubernetesObject> {
    const entry = this.#options.bundle.entries.get(key);
    if (entry?.object === undefined) throw new MeshError("not_found", { public: `${key} is not wanted any more` });
    const { resource, object } = renderedObject(key, entry, entry.object);
    return this.#options.client.apply(resource, object, {
      fieldManager: FIELD_MANAGER,
      force: true,
      dryRun: true,
      signal,
    });
  }

  /** This object in the cluster is ours. */
  own(key: string, object: KubernetesObject): void {
    if (object.metadata.uid !== undefined) this.#owned.set(key, object.metadata.uid);
  }

  /** Resolves when nothing waits for its first try. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue[Symbol.asyncDispose]();
  }

  async #work(key: string, signal: AbortSignal): Promise<number | undefined> {
    const entry = this.#options.bundle.entries.get(key);
    if (entry === undefined) return this.#settle(key, undefined);
    try {
      let live: KubernetesObject | undefined;
      if (entry.object === undefined) await this.#remove(key, signal);
      else if (entry.object.digest !== "") live = await this.#put(key, entry, entry.object, signal);
      this.#report(key, entry, () => this.#options.onApplied(key, entry, live));
      return this.#settle(key, undefined);
    } catch (error) {
      if (signal.aborted) throw error;
      return this.#failed(key, entry, error);
    }
  }

  #failed(key: string, entry: BundleEntry, error: unknown): number | undefined {
    if (error instanceof HeldBack) {
      this.#report(key, entry, () => this.#options.onHeld(key, entry, error.hold));
      return this.#settle(key, undefined);
    }
    // Whatever is there now has to be looked at before the next write.
    if (isConflict(error)) this.#owned.delete(key);
    const failure: ApplyFailure = applyFailure(error);
    this.#report(key, entry, () => {
      if (failure.refused) this.#options.onRejected(key, entry, failure.why);
      else this.#options.onDelayed(key, entry, failure.why);
    });
    if (failure.retryAfterMs !== undefined) return this.#settle(key, failure.retryAfterMs);
    this.#settle(key, undefined);
    throw error;
  }

  /** What was tried says nothing about a key that has changed meanwhile; that change has its own turn coming. */
  #report(key: string, entry: BundleEntry, tell: () => void): void {
    const current = this.#options.bundle.entries.get(key);
    if (current === undefined) return;
    const same = current.epoch === entry.epoch && compareRevisions(current.revision, entry.revision) === 0;
    if (same) tell();
  }

  #settle(key: string, retryAfterMs: number | undefined): number | undefined {
    for (const ready of this.#gate.settled(key)) this.#queue.add(ready);
    return retryAfterMs;
  }

  async #put(key: string, entry: BundleEntry, body: BundleObject, signal: AbortSignal): Promise<KubernetesObject> {
    const { client } = this.#options;
    const { resource, object } = renderedObject(key, entry, body);
    const uid = this.#owned.get(key) ?? (await this.#find(key, resource, signal));
    await this.#leaveTo(uid === undefined ? "create" : "update", key);
    const named = uid === undefined ? object : { ...object, metadata: { ...object.metadata, uid } };
    // Only what is known to be ours may lose fields to us; a name that was free may have been taken just now.
    const force = uid !== undefined;
    const live = await client.apply(resource, named, { fieldManager: FIELD_MANAGER, force, signal });
    this.own(key, live);
    return live;
  }

  async #remove(key: string, signal: AbortSignal): Promise<void> {
    const resource = resourceOf(key);
    let uid = this.#owned.get(key);
    if (uid === undefined) {
      const live = await this.#live(key, resource, signal);
      // A foreign object of that name is not what was to be deleted.
      if (live === undefined || !isOurs(live)) return;
      uid = live.metadata.uid;
    }
    await this.#leaveTo("delete", key);
    try {
      const preconditions = uid === undefined ? {} : { uid };
      await this.#options.client.delete(resource, referenceOf(key), { preconditions, signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    this.#options.guard.deleted(key);
    this.#owned.delete(key);
  }

  async #leaveTo(action: "create" | "update" | "delete", key: string): Promise<void> {
    const hold = await this.#options.guard.ask(key, action);
    if (hold !== undefined) throw new HeldBack(hold);
  }

  /** The uid of our object of that name; undefined when the name is free; throws when it is someone else's. */
  async #find(key: string, resource: ResourceType, signal: AbortSignal): Promise<string | undefined> {
    const live = await this.#live(key, resource, signal);
    if (live === undefined) return undefined;
    if (!isOurs(live)) {
      const text = `${key} exists and is managed by ${managersOf(live)}. Rename one of the two, or delete that object.`;
      throw new MeshError("foreign_object", { public: text });
    }
    if (live.metadata.deletionTimestamp !== undefined) {
      throw new MeshError("unavailable", { public: `${key} is being deleted; it is applied again once it is gone` });
    }
    return live.metadata.uid;
  }

  async #live(key: string, resource: ResourceType, signal: AbortSignal): Promise<KubernetesObject | undefined> {
    try {
      return await this.#options.client.get(resource, referenceOf(key), { signal });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

function referenceOf(key: string): { name: string; namespace?: string } {
  const parts = parseObjectKey(key);
  if (parts === undefined) throw new MeshError("invalid_request", { public: `${key} is not an object key` });
  return parts.namespace === "" ? { name: parts.name } : { name: parts.name, namespace: parts.namespace };
}
