import type { Clock } from "@fairlead/core";
import { type DeleteCounts, minuteOf, recentCounts } from "./delete-counts.ts";
import type { DeleteLog } from "./delete-log.ts";

/**
 * Counts deletions. One is counted, and on disk if it has to be, before it is made; deletions of the same moment share
 * a write. A try that came to nothing gives its place back, so that an API server that is away uses nothing up.
 */
export class DeleteBudget {
  readonly #log: DeleteLog;
  readonly #clock: Clock;
  #counts: Map<number, number>;
  /** The minute that keys whose deletion is under way, or failed, are counted in. */
  readonly #open = new Map<string, number>();
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** `counts`: what was recorded. */
  constructor(log: DeleteLog, clock: Clock, counts: DeleteCounts) {
    this.#log = log;
    this.#clock = clock;
    this.#counts = new Map(counts);
  }

  /** What is counted of the last hour. */
  get counts(): DeleteCounts {
    this.#counts = new Map(recentCounts(this.#counts, this.#clock.now()));
    return this.#counts;
  }

  /**
   * Counts the deletion of an object; it may be made once this resolves. Counted in this very turn, so that whoever
   * looks next sees it. With `durable`, it is on disk before. Throws when it could not be put there; then it counts no more.
   */
  async take(key: string, durable: boolean): Promise<void> {
    const minute = minuteOf(this.#clock.now());
    this.#add(minute, 1);
    this.#open.set(key, minute);
    if (!durable) return;
    try {
      await this.#write();
    } catch (error) {
      this.giveBack(key);
      throw error;
    }
  }

  /** The deletion that was counted was not made. */
  giveBack(key: string): void {
    const minute = this.#open.get(key);
    this.#open.delete(key);
    if (minute !== undefined && (this.#counts.get(minute) ?? 0) > 0) this.#add(minute, -1);
  }

  /** The deletion that was counted was made, or nobody can tell. */
  made(key: string): void {
    this.#open.delete(key);
  }

  #add(minute: number, more: number): void {
    this.#counts.set(minute, (this.#counts.get(minute) ?? 0) + more);
  }

  /** What is counted now is on disk when this resolves. */
  #write(): Promise<void> {
    if (this.#writing === undefined) {
      this.#writing = this.#log.record(new Map(this.counts)).finally(() => {
        this.#writing = undefined;
      });
      return this.#writing;
    }
    // The write under way began before this one was counted.
    this.#next ??= this.#writing.then(ignore, ignore).then(() => {
      this.#next = undefined;
      return this.#write();
    });
    return this.#next;
  }
}

function ignore(): void {}
