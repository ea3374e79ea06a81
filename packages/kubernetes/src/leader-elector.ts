import { type Clock, type Log, silentLog, systemClock } from "@fairlead/core";
import type { Lease } from "@fairlead/kubernetes-types";
import { isNotFound } from "./api-errors.ts";
import type { KubernetesClient } from "./client.ts";
import { resources } from "./resource-type.ts";

export interface LeaderElectorOptions {
  readonly client: KubernetesClient;
  readonly namespace: string;
  /** Name of the Lease. */
  readonly name: string;
  /** Unique among the candidates. */
  readonly identity: string;
  /** How long the lease of a leader that fell silent is respected. Default 15,000 ms. */
  readonly leaseDurationMs?: number;
  /** A leader that could not renew for this long steps down; must be below `leaseDurationMs`. Default 10,000 ms. */
  readonly renewDeadlineMs?: number;
  /** Between two tries. Default 2,000 ms. */
  readonly retryMs?: number;
  /** Another candidate leads now, or nobody (undefined), which is also said of one not seen to renew in time. */
  readonly onLeader?: (identity: string | undefined) => void;
  readonly clock?: Clock;
  readonly log?: Log;
}

/**
 * One leader among many candidates, by a Lease. A candidate measures a foreign lease from when it saw it change, so
 * the clocks of different machines are never compared (as in client-go's leaderelection).
 */
export class LeaderElector {
  readonly #options: LeaderElectorOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #retryMs: number;
  /** The foreign lease as last seen to change, and how long it is respected from then. */
  #seen: { readonly resourceVersion: string | undefined; readonly at: number; readonly heldMs: number } | undefined;
  #isLeader = false;
  #leader: string | undefined;
  /** When the last request that took or renewed the lease was sent. */
  #renewedAt = 0;

  constructor(options: LeaderElectorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = (options.log ?? silentLog).with({ lease: `${options.namespace}/${options.name}` });
    this.#retryMs = options.retryMs ?? 2000;
  }

  get isLeader(): boolean {
    return this.#isLeader;
  }

  /** The identity of who leads, as far as this candidate has seen; undefined when nobody does. */
  get leader(): string | undefined {
    return this.#leader;
  }

  /**
   * Waits to be leader, runs `lead` and gives the lease back when it returns or `signal` aborts. The signal that
   * `lead` gets aborts as soon as leadership may be lost. Resolves when `lead` has ended; call it again to go on.
   */
  async run(lead: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    if (!(await this.#acquire(signal))) return;
    this.#log.info("became leader", { identity: this.#options.identity });
    this.#isLeader = true;
    const term = new AbortController();
    const ended = () => term.abort(signal.reason);
    signal.addEventListener("abort", ended, { once: true });
    const renewing = this.#renew(term);
    try {
      await lead(term.signal);
    } finally {
      signal.removeEventListener("abort", ended);
      this.#isLeader = false;
      term.abort();
      await renewing;
      await this.#release();
    }
  }

  async #acquire(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      try {
        if (await this.#tryHold(signal)) return true;
      } catch (error) {
        if (!signal.aborted) this.#log.debug("lease not taken", { error });
        // Unseen for so long, whoever led cannot be relied on.
        const { at, heldMs } = this.#seen ?? { at: 0, heldMs: 0 };
        if (this.#clock.now() - at > heldMs) this.#follow(undefined);
      }
      await this.#clock.sleep(this.#retryMs, signal).catch(() => {});
    }
    return false;
  }

  /**
   * Ends the term as soon as the deadline has passed since the beginning of the last renewal that succeeded, whatever
   * the API server does meanwhile: others respect the lease for a little longer than that.
   */
  async #renew(term: AbortController): Promise<void> {
    const leftMs = () => Math.max(0, this.#renewedAt + this.#renewDeadlineMs - this.#clock.now());
    while (leftMs() > 0) {
      await this.#clock.sleep(Math.min(this.#retryMs, leftMs()), term.signal).catch(() => {});
      if (term.signal.aborted) return;
      try {
        if (await this.#tryHold(AbortSignal.any([term.signal, AbortSignal.timeout(leftMs())]))) continue;
        this.#log.warn("lease lost");
        break;
      } catch (error) {
        if (!term.signal.aborted) this.#log.warn("lease not renewed", { error });
      }
    }
    term.abort();
  }

  get #renewDeadlineMs(): number {
    return this.#options.renewDeadlineMs ?? 10_000;
  }

  /** Takes or renews the lease; false when another holds it. Throws when the API server could not say. */
  async #tryHold(signal: AbortSignal): Promise<boolean> {
    const { client, namespace, name, identity } = this.#options;
    const durationMs = this.#options.leaseDurationMs ?? 15_000;
    const sentAt = this.#clock.now();
    const now = microTime(sentAt);
    const head = { apiVersion: "coordination.k8s.io/v1", kind: "Lease" } as const;
    const spec = {
      holderIdentity: identity,
      leaseDurationSeconds: Math.max(1, Math.ceil(durationMs / 1000)),
      renewTime: now,
    };
    let lease: Lease;
    try {
      lease = await client.get(resources.leases, { namespace, name }, { signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      const fresh = {
        ...head,
        metadata: { namespace, name },
        spec: { ...spec, acquireTime: now, leaseTransitions: 0 },
      };
      await client.create(resources.leases, fresh, { signal });
      this.#held(sentAt);
      return true;
    }
    const holder = lease.spec?.holderIdentity ?? "";
    const isOurs = holder === identity;
    const isFree = !isOurs && (holder === "" || this.#isOver(lease, durationMs));
    this.#follow(isFree ? undefined : holder);
    if (!isOurs && !isFree) return false;
    await client.update(
      resources.leases,
      {
        ...lease,
        spec: {
          ...spec,
          acquireTime: isOurs ? (lease.spec?.acquireTime ?? now) : now,
          leaseTransitions: (lease.spec?.leaseTransitions ?? 0) + (isOurs ? 0 : 1),
        },
      },
      { signal },
    );
    this.#held(sentAt);
    return true;
  }

  #held(sentAt: number): void {
    this.#renewedAt = sentAt;
    this.#follow(this.#options.identity);
  }

  #follow(leader: string | undefined): void {
    if (leader === this.#leader) return;
    this.#leader = leader;
    this.#options.onLeader?.(leader);
  }

  #isOver(lease: Lease, durationMs: number): boolean {
    const now = this.#clock.now();
    const { resourceVersion } = lease.metadata;
    if (this.#seen === undefined || this.#seen.resourceVersion !== resourceVersion) {
      const heldMs = (lease.spec?.leaseDurationSeconds ?? 0) * 1000 || durationMs;
      this.#seen = { resourceVersion, at: now, heldMs };
      return false;
    }
    return now - this.#seen.at > this.#seen.heldMs;
  }

  async #release(): Promise<void> {
    const { client, namespace, name, identity } = this.#options;
    try {
      const lease = await client.get(resources.leases, { namespace, name }, { signal: AbortSignal.timeout(2000) });
      if (lease.spec?.holderIdentity !== identity) return;
      const spec = { ...lease.spec, holderIdentity: "", leaseDurationSeconds: 1 };
      await client.update(resources.leases, { ...lease, spec }, { signal: AbortSignal.timeout(2000) });
    } catch (error) {
      this.#log.debug("lease not given back", { error });
    }
  }
}

/** RFC 3339 with microseconds, as `metav1.MicroTime` is written. */
function microTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace("Z", "000Z");
}
