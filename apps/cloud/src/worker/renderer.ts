import type { OrganizationId } from "@fairlead/contract";
import type { Log, Metrics } from "@fairlead/core";
import type { Database } from "@fairlead/database";
import { type Rendered, renderOrganization } from "./render-organization.ts";

export interface RendererOptions {
  readonly database: Database;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Bundles of these clusters have changed and that is committed. */
  readonly onRendered: (organization: OrganizationId, rendered: Rendered) => void;
  /** Organizations rendered at the same time. Default 4. */
  readonly concurrency?: number;
}

/**
 * Renders organizations on demand: at most once at a time each, and once more when asked while at it. Where the
 * demand comes from (this process, a queue, a sweep) does not matter; Postgres says what is to be done.
 */
export class Renderer {
  readonly #options: RendererOptions;
  readonly #running = new Map<OrganizationId, { again: boolean; done: Promise<void> }>();
  readonly #waiting: (() => void)[] = [];
  readonly #seconds;
  readonly #objects;
  #free: number;

  constructor(options: RendererOptions) {
    this.#options = options;
    this.#free = options.concurrency ?? 4;
    const { metrics } = options;
    const buckets = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2];
    this.#seconds = metrics.histogram("fairlead_render_seconds", "Time of one rendering pass that found work", buckets);
    this.#objects = metrics.counter("fairlead_render_clusters_total", "Cluster bundles changed by rendering");
  }

  /** Renders until nothing is left to do; rejects when that fails. */
  async render(organization: OrganizationId): Promise<void> {
    const running = this.#running.get(organization);
    if (running !== undefined) {
      running.again = true;
      return running.done;
    }
    const entry = { again: false, done: Promise.resolve() };
    this.#running.set(organization, entry);
    entry.done = this.#passes(organization, entry).finally(() => this.#running.delete(organization));
    return entry.done;
  }

  /** Asks for rendering and does not wait. A failure is logged; the queue and the sweep come back to it. */
  hint(organization: OrganizationId): void {
    this.render(organization).catch((error: unknown) => {
      this.#options.log.warn("rendering failed", { organization, error });
    });
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#running.values()].map((entry) => entry.done));
  }

  async #passes(organization: OrganizationId, entry: { again: boolean }): Promise<void> {
    await this.#acquire();
    try {
      do {
        entry.again = false;
        const startedAt = performance.now();
        const rendered = await renderOrganization(this.#options.database, organization);
        if (rendered === undefined) continue;
        // More may have been written during the pass, with its hint lost.
        entry.again = true;
        this.#seconds.observe((performance.now() - startedAt) / 1000);
        this.#objects.inc(rendered.clusters.length);
        this.#options.onRendered(organization, rendered);
      } while (entry.again);
    } finally {
      this.#release();
    }
  }

  async #acquire(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}
