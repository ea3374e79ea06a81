import type { ClusterId, OrganizationId } from "@fairlead/contract";
import type { Log, Metrics } from "@fairlead/core";
import type { Database } from "@fairlead/database";
import type { Queue } from "@fairlead/queue";
import { readHint } from "./hint-message.ts";
import { Renderer } from "./renderer.ts";

export interface WorkerOptions {
  readonly database: Database;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly queue: Queue;
  /** These bundles have changed. */
  readonly onRendered: (organization: OrganizationId, clusters: readonly ClusterId[]) => void;
  /** How often organizations that lag behind their log are looked for, in milliseconds. Default 5 000. */
  readonly sweepMs?: number;
}

/** How long watermark history is kept, in milliseconds. */
const HISTORY_MS = 30 * 24 * 3_600_000;
const PRUNE_MS = 3_600_000;

/** The render worker: takes hints from the queue and from this process, and finds what hints were lost for. */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #renderer: Renderer;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #stopped = new AbortController();
  #consuming: Promise<void> = Promise.resolve();

  private constructor(options: WorkerOptions) {
    this.#options = options;
    const { database, log, metrics, onRendered } = options;
    this.#renderer = new Renderer({
      database,
      log,
      metrics,
      onRendered: (organization, { clusters }) => onRendered(organization, clusters),
    });
  }

  /** Starts receiving. */
  static start(options: WorkerOptions): Worker {
    const worker = new Worker(options);
    const { signal } = worker.#stopped;
    worker.#consuming = options.queue.consume(({ body }) => worker.#handle(body), { signal });
    worker.#timers.push(
      setInterval(() => void worker.#sweep(), options.sweepMs ?? 5000),
      setInterval(() => void worker.#prune(), PRUNE_MS),
    );
    void worker.#sweep();
    return worker;
  }

  /** The organization was written by this process. */
  hint(organization: OrganizationId): void {
    this.#renderer.hint(organization);
  }

  /** Takes no more hints and waits for rendering under way. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#stopped.abort();
    await this.#consuming;
    await this.#renderer.close();
  }

  async #handle(body: string): Promise<void> {
    const organization = readHint(body);
    if (organization === undefined) {
      this.#options.log.warn("queue message is not a hint", { body: body.slice(0, 200) });
      return;
    }
    await this.#renderer.render(organization);
  }

  async #sweep(): Promise<void> {
    const { database, log } = this.#options;
    try {
      for (const { organization } of await database.system.laggingOrganizations(100)) this.hint(organization);
    } catch (error) {
      log.warn("sweep for lagging organizations failed", { error });
    }
  }

  async #prune(): Promise<void> {
    const { database, log } = this.#options;
    try {
      await database.system.prune({ olderThanMs: HISTORY_MS });
    } catch (error) {
      log.warn("pruning failed", { error });
    }
  }
}
