import type { ClusterId, OrganizationId } from "@fairlead/contract";
import { fullJitter, type Log } from "@fairlead/core";
import { type Database, dropTombstones, nodeStates, recordNodes, recordProgress } from "@fairlead/database";
import type { ReportedState, StateChange } from "./reported-state.ts";

export interface StateWriterOptions {
  readonly database: Database;
  readonly log: Log;
  readonly organization: OrganizationId;
  readonly cluster: ClusterId;
  /** Fencing token of the socket's lease. */
  readonly fence: number;
  readonly state: ReportedState;
  /** Shortest time between two writes, in milliseconds: at most 1000/intervalMs transactions per second and cluster. */
  readonly intervalMs: number;
  /** A write is committed. */
  readonly onWritten: () => void;
  /** The lease is someone else's: nothing was written. */
  readonly onFenced: () => void;
}

/**
 * Writes what a cluster reports. The first report after a pause is written at once; what comes while a write runs,
 * or sooner than the interval after one, waits and becomes one write.
 */
export class StateWriter {
  readonly #options: StateWriterOptions;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #nextAt = 0;
  #failures = 0;
  #closed = false;

  constructor(options: StateWriterOptions) {
    this.#options = options;
  }

  /** The state may have something to write. */
  schedule(): void {
    if (this.#closed || this.#timer !== undefined || this.#writing !== undefined || !this.#options.state.dirty) return;
    const delayMs = Math.max(0, this.#nextAt - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write().finally(() => {
        this.#writing = undefined;
        this.schedule();
      });
    }, delayMs);
  }

  /** Writes what is left and stops. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    if (this.#options.state.dirty) await this.#write();
  }

  async #write(): Promise<void> {
    const { state, intervalMs, log, organization, cluster, onWritten, onFenced } = this.#options;
    const change = state.take();
    this.#nextAt = performance.now() + intervalMs;
    try {
      const written = await this.#commit(change);
      this.#failures = 0;
      if (written) onWritten();
      else onFenced();
    } catch (error) {
      // Reports are only repeated in full on a new session: what could not be written is kept for the next try.
      state.giveBack(change);
      this.#failures += 1;
      this.#nextAt = performance.now() + intervalMs + fullJitter(this.#failures, { baseMs: 100, maxMs: 5000 });
      log.warn("state could not be written", { organization, cluster, error });
    }
  }

  #commit(change: StateChange): Promise<boolean> {
    const { database, organization, cluster, fence } = this.#options;
    const { nodes, gone, names, droppable, ...progress } = change;
    return database.withTenant(
      organization,
      async (tx) => {
        const left = new Set(gone);
        if (names !== undefined) {
          for (const { node } of await nodeStates(tx, [cluster])) if (!names.has(node)) left.add(node);
        }
        const report = { cluster, fence, nodes: [...nodes.values()], gone: [...left] };
        const { received } = progress;
        // Each of these is refused by itself when the lease is someone else's; dropping what was acknowledged is not.
        const [written] = await Promise.all([
          recordProgress(tx, { cluster, fence, ...progress }),
          report.nodes.length + report.gone.length > 0 ? recordNodes(tx, report) : true,
          received !== undefined && droppable ? dropTombstones(tx, cluster, received) : undefined,
        ]);
        return written;
      },
      { durable: false },
    );
  }
}
