import { join } from "node:path";
import { Journal, type Log, MeshError } from "@fairlead/core";
import type { StateLog, Stored, StoredChange } from "./state-log.ts";
import { WriteQueue } from "./write-queue.ts";

const FILE = "bundle.journal";

/** The bundle's log as a journal in a folder. */
export class DirectoryLog implements StateLog {
  readonly isPartial = false;
  readonly #journal: Journal<Stored>;
  readonly #queue: WriteQueue<StoredChange>;

  private constructor(journal: Journal<Stored>) {
    this.#journal = journal;
    this.#queue = new WriteQueue(async (changes) => journal.write(changes));
  }

  /** Opens the log in a folder. A damaged file is logged as `cache_corrupt`, kept beside its place, and begun anew. */
  static open(directory: string, log: Log): DirectoryLog {
    const path = join(directory, FILE);
    try {
      return new DirectoryLog(Journal.open<Stored>({ path }));
    } catch (thrown) {
      const error = MeshError.from(thrown);
      if (error.code !== "cache_corrupt") throw thrown;
      log.error("bundle cache is corrupt", { code: error.code, error, kept: `${path}.corrupt` });
      return new DirectoryLog(Journal.reset<Stored>({ path }));
    }
  }

  get entries(): ReadonlyMap<string, Stored> {
    return this.#journal.entries;
  }

  write(changes: readonly StoredChange[]): Promise<void> {
    return changes.length === 0 ? Promise.resolve() : this.#queue.add(changes);
  }

  settled(): Promise<void> {
    return this.#queue.settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue.settled().catch(() => {});
    this.#journal[Symbol.dispose]();
  }
}
