import { randomUUID } from "node:crypto";
import { type ClusterId, isId, type OrganizationId } from "@fairlead/contract";
import type { ErrorCode, Log, Metrics } from "@fairlead/core";
import type { Database, Subscription } from "@fairlead/database";
import { DEFAULT_HEARTBEAT_MS, type HubSessionOptions } from "@fairlead/tunnel";
import type { WebSocket } from "ws";
import { Admission } from "./admission.ts";
import { Connection } from "./connection.ts";
import { createHubMetrics, type HubMetrics } from "./hub-metrics.ts";

export interface HubOptions {
  readonly database: Database;
  readonly log: Log;
  readonly metrics: Metrics;
  /** State a cluster reported was written. */
  readonly onState: (organization: OrganizationId, cluster: ClusterId) => void;
  /** A cluster's connection came or went. */
  readonly onConnection: (organization: OrganizationId, cluster: ClusterId) => void;
  /** A connector's report changed what is owned by the organization (the kinds its cluster serves). */
  readonly onWrite: (organization: OrganizationId) => void;
  /** Connections that may be in their handshake at a time. Default 64. */
  readonly handshakes?: number;
  /** Full syncs read at a time. Default 2. */
  readonly fullSyncs?: number;
  /** How long a lease is good without renewal, in milliseconds. Default 30 000. */
  readonly leaseTtlMs?: number;
  /** How often leases are renewed, in milliseconds. Default 5 000. */
  readonly renewalMs?: number;
  /** Shortest time between two state writes of a cluster, in milliseconds. Default 50. */
  readonly stateIntervalMs?: number;
  readonly session?: HubSessionOptions;
}

/** Clusters whose welcome is checked anew at each renewal, in turn: a safety net under notifications. */
const CHECKED_PER_RENEWAL = 20;

/** The tunnel hub of one process: its connections, their leases, and what wakes them. */
export class Hub {
  /** Name of this replica in leases and notifications. */
  readonly id: string = randomUUID();
  readonly #options: HubOptions;
  readonly #metrics: HubMetrics;
  readonly #admission: Admission;
  readonly #connections = new Set<Connection>();
  readonly #byCluster = new Map<ClusterId, Connection>();
  readonly #subscriptions: Subscription[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #closing = new Set<Promise<void>>();
  #checked = 0;
  #draining = false;

  private constructor(options: HubOptions) {
    this.#options = options;
    this.#metrics = createHubMetrics(options.metrics);
    const { database, log, onState, onWrite } = options;
    this.#admission = new Admission({
      database,
      log,
      metrics: this.#metrics,
      holder: this.id,
      leaseTtlMs: options.leaseTtlMs ?? 30_000,
      fullSyncs: options.fullSyncs ?? 2,
      stateIntervalMs: options.stateIntervalMs ?? 50,
      onState,
      onWrite,
    });
  }

  /** Starts listening to the other replicas. */
  static async start(options: HubOptions): Promise<Hub> {
    const hub = new Hub(options);
    const { database, session, renewalMs = 5000 } = options;
    const everyone = () => hub.#hintAll();
    hub.#subscriptions.push(
      await database.listen("bundles", (payload) => hub.#bundlesChanged(payload), everyone),
      await database.listen(
        "clusters",
        (payload) => hub.#welcomeChanged(payload),
        () => void hub.#check(Number.POSITIVE_INFINITY),
      ),
      await database.listen(
        "leases",
        (payload) => hub.#taken(payload),
        () => void hub.#renew(),
      ),
    );
    const tickMs = (session?.heartbeatMs ?? DEFAULT_HEARTBEAT_MS) / 4;
    hub.#timers.push(
      setInterval(() => hub.#tick(), tickMs),
      setInterval(() => void hub.#renew(), renewalMs),
    );
    return hub;
  }

  /** Whether another connection may start its handshake now. */
  get hasRoom(): boolean {
    if (this.#draining) return false;
    const shaking = this.#connections.size - this.#byCluster.size;
    if (shaking < (this.#options.handshakes ?? 64)) return true;
    this.#metrics.turnedAway.inc();
    return false;
  }

  /** Takes over a socket that speaks the tunnel's subprotocol. */
  accept(socket: WebSocket): void {
    const connection = new Connection({
      socket,
      admission: this.#admission,
      session: { pollIntervalMs: 10_000, ...this.#options.session },
      metrics: this.#metrics,
      log: this.#options.log,
      onAdmitted: (one, cluster, fence) => this.#admitted(one, cluster, fence),
      onEnded: (one) => this.#ended(one),
    });
    this.#connections.add(connection);
  }

  /** Bundles of these clusters have changed: connections of this process look at once. */
  hint(clusters: readonly ClusterId[]): void {
    for (const cluster of clusters) this.#byCluster.get(cluster)?.hint();
  }

  /** Who is welcome as this cluster has changed: ends its connection if it is here and no longer is. */
  async review(cluster: ClusterId): Promise<void> {
    const connection = this.#byCluster.get(cluster);
    if (connection === undefined) return;
    try {
      const found = await this.#options.database.system.findCluster(cluster);
      const uid = connection.admitted?.kubeSystemUid;
      if (found === undefined || found.revokedAt !== undefined) {
        connection.stop("cluster_revoked", "the cluster was revoked", 60_000);
      } else if (found.kubeSystemUid !== undefined && found.kubeSystemUid !== uid) {
        connection.stop("cluster_cloned", "another Kubernetes cluster was confirmed as this one", 60_000);
      }
    } catch (error) {
      // The next renewals look again.
      this.#options.log.warn("welcome could not be checked", { cluster, error });
    }
  }

  /** Sends every connector elsewhere, spread over two seconds, and stops. */
  async close(): Promise<void> {
    this.#draining = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const connection of [...this.#connections]) {
      connection.stop("unavailable", "this hub is going down", 1 + Math.floor(Math.random() * 2000));
    }
    await Promise.all(this.#subscriptions.map((subscription) => subscription.close()));
    const deadline = performance.now() + 5000;
    while (this.#closing.size > 0 && performance.now() < deadline) await Promise.race([...this.#closing, sleep(100)]);
  }

  #admitted(connection: Connection, cluster: ClusterId, fence: number): void {
    const older = this.#byCluster.get(cluster);
    this.#byCluster.set(cluster, connection);
    this.#metrics.connections.set(this.#byCluster.size);
    older?.stop("unavailable", "a newer connection of this cluster took over", 1000);
    this.#connectionChanged(connection, cluster);
    this.#options.database.notify("leases", `${this.id} ${cluster} ${fence}`).catch((error: unknown) => {
      // The other replica finds out at its next renewal, and its writes are fenced until then.
      this.#options.log.warn("takeover could not be announced", { cluster, error });
    });
  }

  #ended(connection: Connection): void {
    this.#connections.delete(connection);
    const { cluster } = connection;
    if (cluster !== undefined && this.#byCluster.get(cluster) === connection) this.#byCluster.delete(cluster);
    this.#metrics.connections.set(this.#byCluster.size);
    const closing = connection.closed.finally(() => {
      this.#closing.delete(closing);
      // The lease is given back by now: whoever looks sees the cluster gone.
      if (cluster !== undefined) this.#connectionChanged(connection, cluster);
    });
    this.#closing.add(closing);
  }

  #connectionChanged({ admitted }: Connection, cluster: ClusterId): void {
    if (admitted !== undefined) this.#options.onConnection(admitted.organization, cluster);
  }

  #bundlesChanged(payload: string): void {
    const [sender, , list = ""] = payload.split(" ");
    if (sender === this.id) return;
    this.hint(list.split(",").filter((id) => isId("clu", id)));
  }

  #welcomeChanged(payload: string): void {
    if (isId("clu", payload)) void this.review(payload);
  }

  #taken(payload: string): void {
    const [holder, cluster = "", fence] = payload.split(" ");
    if (holder === this.id || !isId("clu", cluster)) return;
    const mine = this.#byCluster.get(cluster);
    if (mine?.admitted !== undefined && mine.admitted.fence < Number(fence)) {
      mine.stop("unavailable", "a newer connection of this cluster took over", 1000);
    }
  }

  #hintAll(): void {
    for (const connection of this.#byCluster.values()) connection.hint();
  }

  #tick(): void {
    for (const connection of [...this.#connections]) connection.tick();
  }

  async #renew(): Promise<void> {
    const heartbeatMs = this.#options.session?.heartbeatMs ?? DEFAULT_HEARTBEAT_MS;
    const heardSince = performance.now() - heartbeatMs * 1.25;
    const leases = [...this.#byCluster.values()].flatMap(({ admitted, heardAt }) =>
      admitted !== undefined && heardAt >= heardSince ? [admitted] : [],
    );
    try {
      if (leases.length > 0) {
        const { leaseTtlMs: ttlMs = 30_000, database } = this.#options;
        const held = leases.map(({ organization, cluster, fence }) => ({ organization, cluster, fence }));
        for (const cluster of await database.system.renewLeases({ holder: this.id, leases: held, ttlMs })) {
          this.#stop(cluster, "unavailable", "the lease of this connection went to another one");
        }
      }
      await this.#check(CHECKED_PER_RENEWAL);
    } catch (error) {
      this.#options.log.warn("leases could not be renewed", { error });
    }
  }

  /** Asks the database whether connected clusters are still welcome, so many of them, in turn. */
  async #check(howMany: number): Promise<void> {
    const clusters = [...this.#byCluster.keys()];
    const from = this.#checked % Math.max(1, clusters.length);
    const chosen = [...clusters.slice(from), ...clusters.slice(0, from)].slice(0, howMany);
    this.#checked += chosen.length;
    for (const cluster of chosen) await this.review(cluster);
  }

  #stop(cluster: ClusterId, code: ErrorCode, reason: string): void {
    this.#byCluster.get(cluster)?.stop(code, reason, 1000);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
