import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { aborted, type Clock, type Log, type Rng, systemClock, systemRng } from "@fairlead/core";
import { type Connection, KubernetesClient, LeaderElector, loadConnection } from "@fairlead/kubernetes";
import { Connector } from "../connector.ts";
import type { Settings } from "../settings.ts";
import { openClusterState } from "../state/connector-state.ts";
import { Standby } from "./standby.ts";

/** Name of the lease. */
export const CONNECTOR_LEASE = "fairlead-connector";

/**
 * How the lease is held, in milliseconds. A leader that stops gives it back, and another finds it within `retryMs`; one
 * that is cut off ends three seconds before its lease does.
 */
const LEASE = { leaseDurationMs: 10_000, renewDeadlineMs: 7_000, retryMs: 1_500 };

export interface ReplicaOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** See `ConnectorOptions`. */
  readonly onHopeless: () => void;
  /** This replica led and may do so no longer: the process has to end at once, before another one leads. */
  readonly onLost: (why: unknown) => void;
  /** The API server. Default: what `KUBECONFIG` or the pod says. */
  readonly connection?: Connection;
  readonly clock?: Clock;
  readonly rng?: Rng;
  /** Default {@link LEASE}. */
  readonly lease?: typeof LEASE;
}

/** One of several connectors of a cluster: stands by until it holds the lease, then is the connector until it ends. */
export class Replica implements AsyncDisposable {
  readonly #options: ReplicaOptions;
  readonly #connection: Connection;
  readonly #client: KubernetesClient;
  readonly #standby: Standby;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #connector: Connector | undefined;

  private constructor(options: ReplicaOptions, standby: Standby) {
    this.#options = options;
    this.#standby = standby;
    this.#connection = options.connection ?? loadConnection();
    this.#client = new KubernetesClient({ connection: this.#connection, userAgent: "fairlead-connector" });
  }

  /** Resolves once probes are answered and reports carried on. */
  static async start(options: ReplicaOptions): Promise<Replica> {
    const name = options.settings.FAIRLEAD_POD_NAME ?? `${hostname()}_${process.pid}`;
    const replica = new Replica(options, await Standby.listen(options.settings, name));
    replica.#running = replica.#run();
    return replica;
  }

  /** Port of `/healthz`, `/readyz` and `/metrics`. */
  get adminPort(): number {
    return this.#standby.adminPort;
  }

  /** Port agents report to. */
  get nodeReportPort(): number {
    return this.#standby.reportPort;
  }

  /** Whether it is the connector. */
  get leads(): boolean {
    return this.#connector !== undefined;
  }

  /** Ends and gives the lease back, so that another replica need not wait for it to run out. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#standby[Symbol.asyncDispose]();
    await this.#client[Symbol.asyncDispose]();
  }

  async #run(): Promise<void> {
    const elector = new LeaderElector({
      client: this.#client,
      namespace: this.#namespace,
      name: CONNECTOR_LEASE,
      identity: this.#standby.identity,
      ...(this.#options.lease ?? LEASE),
      onLeader: (leader) => this.#standby.follow(leader),
      clock: this.#clock,
      log: this.#options.log,
    });
    await elector.run((term) => this.#lead(term), this.#stop.signal);
  }

  async #lead(term: AbortSignal): Promise<void> {
    const { log } = this.#options;
    term.addEventListener("abort", () => this.#lost("the lease"), { once: true });
    try {
      term.throwIfAborted();
      await using connector = await this.#startConnector(term);
      this.#connector = connector;
      await aborted(term);
    } catch (error) {
      if (term.aborted) return;
      log.error("connector cannot lead", { error });
      this.#lost(error);
    } finally {
      this.#connector = undefined;
    }
  }

  async #startConnector(term: AbortSignal): Promise<Connector> {
    const { settings, log, onHopeless, rng = systemRng } = this.#options;
    const state = await openClusterState({
      client: this.#client,
      namespace: this.#namespace,
      writer: `${this.#standby.identity} ${randomUUID()}`,
      clock: this.#clock,
      rng,
      log,
      signal: term,
      onLost: (why) => this.#lost(why),
    });
    // Its ports are the connector's now.
    await this.#standby[Symbol.asyncDispose]();
    const { host } = settings.FAIRLEAD_NODE_REPORT_LISTEN;
    const ports = {
      FAIRLEAD_ADMIN_PORT: this.adminPort,
      FAIRLEAD_NODE_REPORT_LISTEN: { host, port: this.nodeReportPort },
    };
    const connection = this.#connection;
    return Connector.start({
      settings: { ...settings, ...ports },
      log,
      onHopeless,
      connection,
      state,
      rng,
      clock: this.#clock,
    });
  }

  #lost(why: unknown): void {
    if (!this.#stop.signal.aborted) this.#options.onLost(why);
  }

  get #clock(): Clock {
    return this.#options.clock ?? systemClock;
  }

  get #namespace(): string {
    return this.#options.settings.FAIRLEAD_NAMESPACE ?? this.#client.namespace;
  }
}
