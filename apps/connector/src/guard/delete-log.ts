import { join } from "node:path";
import { Journal, type Log, MeshError } from "@fairlead/core";
import type { DeleteCounts } from "./delete-counts.ts";

/** Where deletions are counted across restarts and replicas. */
export interface DeleteLog {
  /** What was last recorded. Throws `cache_corrupt` when that cannot be told. */
  recentDeletes(): Promise<DeleteCounts>;
  /** Keeps exactly these counts; they survive whatever happens once this resolves. */
  record(counts: DeleteCounts): Promise<void>;
}

const FILE = "deletes.journal";

/** {@link DeleteLog} in the state folder. */
export class FileDeleteLog implements DeleteLog, Disposable {
  readonly #path: string;
  readonly #log: Log;
  #journal: Journal<number> | undefined;

  constructor(directory: string, log: Log) {
    this.#path = join(directory, FILE);
    this.#log = log;
  }

  async recentDeletes(): Promise<DeleteCounts> {
    return new Map([...this.#open().entries].map(([minute, count]) => [Number(minute), count]));
  }

  async record(counts: DeleteCounts): Promise<void> {
    const journal = this.#open();
    const gone = [...journal.entries.keys()].filter((minute) => !counts.has(Number(minute)));
    const changed = [...counts].filter(([minute, count]) => journal.entries.get(`${minute}`) !== count);
    journal.write([
      ...gone.map((minute) => [minute, undefined] as const),
      ...changed.map(([minute, count]) => [`${minute}`, count] as const),
    ]);
  }

  [Symbol.dispose](): void {
    this.#journal?.[Symbol.dispose]();
  }

  #open(): Journal<number> {
    try {
      this.#journal ??= Journal.open<number>({ path: this.#path });
      return this.#journal;
    } catch (thrown) {
      const error = MeshError.from(thrown);
      if (error.code === "cache_corrupt") {
        this.#log.error("count of deletions is corrupt", { code: error.code, error, kept: `${this.#path}.corrupt` });
        this.#journal = Journal.reset<number>({ path: this.#path });
      }
      throw thrown;
    }
  }
}
