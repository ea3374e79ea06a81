import { randomUUID } from "node:crypto";
import { type Clock, fullJitter, type Log, MeshError } from "@fairlead/core";
import type { ObjectKey } from "@fairlead/kubernetes-types";
import {
  NODE_REPORT_INTERVAL_MS,
  NODE_REPORT_MAX_BYTES,
  type NodeCertificate,
  type NodeReportAnswer,
  type NodeReportBody,
} from "@fairlead/tunnel";
import type { ObjectReport } from "./object-reports.ts";

export interface NodeReporterOptions {
  readonly node: string;
  /** What there is to report, by key. */
  readonly reports: () => ReadonlyMap<ObjectKey, ObjectReport>;
  /** TLS Secrets in use; asked for about once a second, and told when they differ from what was told. Default: none are told. */
  readonly certificates?: () => readonly NodeCertificate[];
  readonly send: (report: NodeReportBody) => Promise<NodeReportAnswer>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a change waits for others, in milliseconds. Default 2. */
  readonly coalesceMs?: number;
  /** Default {@link NODE_REPORT_INTERVAL_MS}. */
  readonly heartbeatMs?: number;
  /** Between failed reports. Default 50 ms to 2 s. */
  readonly backoff?: { readonly baseMs: number; readonly maxMs: number };
}

/** Shortest time between two looks at the certificates, in milliseconds. */
const CERTIFICATES_INTERVAL_MS = 1_000;

/** Room for what surrounds the objects in a report. */
const ENVELOPE_BYTES = 64 * 1024;

/**
 * Tells the connector what changed, one report at a time; all of it to begin with and whenever the connector asks.
 * What could not be sent is sent with what comes next, in its latest state.
 */
export class NodeReporter implements AsyncDisposable {
  readonly #options: NodeReporterOptions;
  readonly #instance = randomUUID();
  readonly #stop = new AbortController();
  #dirty = new Set<ObjectKey>();
  #full = true;
  #seq = 0;
  /** The certificates as they were told, as text. */
  #told: string | undefined;
  #lookedAt = 0;
  #failures = 0;
  #wake: (() => void) | undefined;
  #running: Promise<void> | undefined;

  constructor(options: NodeReporterOptions) {
    this.#options = options;
  }

  /** Failed reports in a row; 0 while the connector hears us. */
  get failures(): number {
    return this.#failures;
  }

  /** The object's report changed, or is no more. */
  changed(key: ObjectKey): void {
    this.#dirty.add(key);
    this.#wake?.();
  }

  /** Starts to report; failures are logged and tried again until disposed. */
  start(): void {
    this.#running ??= this.#run(this.#stop.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#wake?.();
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, coalesceMs = 2, log } = this.#options;
    const backoff = this.#options.backoff ?? { baseMs: 50, maxMs: 2_000 };
    while (!signal.aborted) {
      try {
        await this.#report();
        this.#failures = 0;
        await this.#untilDue(signal);
        await clock.sleep(coalesceMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#failures++;
        log.warn("report not delivered", { error: MeshError.from(error), failures: this.#failures });
        await clock.sleep(fullJitter(this.#failures, backoff), signal).catch(() => {});
      }
    }
  }

  /** Sends what changed, or all of it, in as many reports as it takes. */
  async #report(): Promise<void> {
    const reports = this.#options.reports();
    const keys = this.#full ? new Set(reports.keys()) : this.#dirty;
    let full = this.#full;
    if (full) this.#told = undefined;
    this.#dirty = new Set();
    try {
      for (const { objects, removed } of split(keys, reports)) {
        const certificates = this.#certificates(full);
        const text = certificates && JSON.stringify(certificates);
        const { resync } = await this.#options.send({
          node: this.#options.node,
          instance: this.#instance,
          seq: this.#seq,
          full,
          objects,
          removed: full ? [] : removed,
          ...(certificates !== undefined && text !== this.#told && { certificates }),
        });
        this.#seq++;
        if (resync) {
          this.#full = true;
          if (!full) return await this.#report();
          throw new MeshError("unavailable", { public: "The connector asks for a full report after each it gets." });
        }
        this.#told = text ?? this.#told;
        full = false;
      }
      this.#full = false;
    } catch (error) {
      for (const key of keys) this.#dirty.add(key);
      throw error;
    }
  }

  /** What to compare with what was told; not with each of many reports, because that looks at all of them. */
  #certificates(full: boolean): readonly NodeCertificate[] | undefined {
    const { certificates, clock, heartbeatMs = NODE_REPORT_INTERVAL_MS } = this.#options;
    if (!full && clock.now() - this.#lookedAt < Math.min(CERTIFICATES_INTERVAL_MS, heartbeatMs)) return undefined;
    this.#lookedAt = clock.now();
    return certificates?.();
  }

  /** Until something changed or the heartbeat is due. */
  async #untilDue(signal: AbortSignal): Promise<void> {
    if (this.#dirty.size > 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#options.heartbeatMs ?? NODE_REPORT_INTERVAL_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = undefined;
  }
}

interface Part {
  readonly objects: ObjectReport[];
  readonly removed: ObjectKey[];
}

/** At least one part, so that an empty delta is a heartbeat. */
function* split(keys: ReadonlySet<ObjectKey>, reports: ReadonlyMap<ObjectKey, ObjectReport>): Generator<Part> {
  let part: Part = { objects: [], removed: [] };
  let bytes = ENVELOPE_BYTES;
  for (const key of keys) {
    const report = reports.get(key);
    bytes += Buffer.byteLength(report === undefined ? key : JSON.stringify(report)) + 8;
    if (bytes > NODE_REPORT_MAX_BYTES) {
      yield part;
      part = { objects: [], removed: [] };
      bytes = ENVELOPE_BYTES;
    }
    if (report === undefined) part.removed.push(key);
    else part.objects.push(report);
  }
  yield part;
}
