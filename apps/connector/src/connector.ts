import {
  AdminServer,
  type Clock,
  createMetrics,
  type Log,
  type Metrics,
  type Rng,
  systemClock,
  systemRng,
} from "@fairlead/core";
import { type Connection, KubernetesClient, loadConnection } from "@fairlead/kubernetes";
import {
  type BundleEntry,
  CertificateCollector,
  Collector,
  driftKey,
  FactBook,
  type NodeReport,
} from "@fairlead/tunnel";
import { Applier } from "./applier.ts";
import type { BundleStore } from "./bundle-store.ts";
import { describeCluster } from "./cluster-description.ts";
import { adopted, ourObjects, standing } from "./cluster-survey.ts";
import { type ConnectorMetrics, connectorMetrics } from "./connector-metrics.ts";
import { dataPlane } from "./data-plane.ts";
import { DriftWatch } from "./drift/drift-watch.ts";
import { ClusterFacts } from "./facts/cluster-facts.ts";
import { Guard, type Hold } from "./guard/guard.ts";
import { Home } from "./home.ts";
import { NodeReportServer } from "./node-report-server.ts";
import { intentOf } from "./ownership.ts";
import { joinToken, type Settings, stateDirectory } from "./settings.ts";
import { type ConnectorState, openDirectoryState } from "./state/connector-state.ts";
import { StateReporter } from "./state-reporter.ts";
import { TokenCheck } from "./token-check.ts";
import { TunnelClient } from "./tunnel-client.ts";

/** Keys the background pass leaves for what is urgent. */
const BACKGROUND_DEPTH = 4;
const SWEEP_INTERVAL_MS = 60_000;
const SURVEY_RETRY_MS = 1_000;

export interface ConnectorOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** The process should end and be started afresh. */
  readonly onHopeless: () => void;
  /** The API server. Default: what `KUBECONFIG` or the pod says. */
  readonly connection?: Connection;
  /** What it keeps; closed with it. Default: in the folder `FAIRLEAD_STATE_DIR`. */
  readonly state?: ConnectorState;
  readonly clock?: Clock;
  readonly rng?: Rng;
}

/** The connector of one cluster: everything between the tunnel, the API server and the agents. */
export class Connector implements AsyncDisposable {
  readonly #options: ConnectorOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #resources = new AsyncDisposableStack();
  readonly #stop = new AbortController();
  readonly #client: KubernetesClient;
  readonly #store: BundleStore;
  readonly #collector = new Collector();
  readonly #metrics: ConnectorMetrics;
  readonly #allMetrics: Metrics;
  readonly #home: Home;
  readonly #guard: Guard;
  readonly #applier: Applier;
  readonly #reporter: StateReporter;
  readonly #tunnel: TunnelClient;
  readonly #facts: ClusterFacts;
  readonly #drift: DriftWatch;
  readonly #certificates = new CertificateCollector();
  readonly #missing = new Set(["the API server", "node reports"]);
  #nodeReports: NodeReportServer | undefined;
  #admin: AdminServer | undefined;
  #background: Promise<void> = Promise.resolve();

  private constructor(options: ConnectorOptions, state: ConnectorState) {
    const { settings, log } = options;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = log;
    this.#allMetrics = createMetrics();
    this.#metrics = connectorMetrics(this.#allMetrics);
    this.#metrics.leading.set(1);
    const { identity, store, deletes } = this.#resources.use(state);
    this.#store = store;
    const connection = options.connection ?? loadConnection();
    this.#client = this.#resources.use(new KubernetesClient({ connection, userAgent: "fairlead-connector" }));
    const { signal } = this.#stop;
    this.#home = new Home({ client: this.#client, identity, clock: this.#clock, log, signal });
    this.#guard = this.#resources.use(
      new Guard({
        client: this.#client,
        clock: this.#clock,
        log,
        deletes,
        onReleased: (keys) => this.#applier.changed(keys),
      }),
    );
    this.#applier = this.#resources.use(
      new Applier({
        client: this.#client,
        bundle: this.#store.bundle,
        log,
        guard: this.#guard,
        concurrency: settings.FAIRLEAD_APPLY_CONCURRENCY,
        onApplied: (key, entry, live) => {
          this.#applied(key, entry);
          this.#drift.settled(key, entry, live, true);
        },
        onRejected: (key, { revision }, why) => {
          this.#metrics.applies.inc({ outcome: "rejected" });
          this.#collector.rejected(key, revision, why, this.#clock.now());
          this.#reporter.soon();
        },
        onDelayed: (key, { revision }, why) => {
          this.#metrics.applies.inc({ outcome: "delayed" });
          this.#collector.delayed(key, revision, why, this.#clock.now());
        },
        onHeld: (key, entry, hold) => this.#held(key, entry, hold),
      }),
    );
    this.#drift = this.#resources.use(
      new DriftWatch({
        bundle: this.#store.bundle,
        clock: this.#clock,
        log,
        preview: (key, signal) => this.#applier.preview(key, signal),
        reapply: (key, isGone) => (isGone ? this.#applier.replace(key) : this.#applier.again(key)),
        tell: (key, drift) => this.#facts.set(driftKey(key), drift && JSON.stringify(drift)),
      }),
    );
    const plane = dataPlane(settings);
    const book = new FactBook();
    this.#facts = this.#resources.use(
      new ClusterFacts({
        client: this.#client,
        book,
        clock: this.#clock,
        log,
        isOurs: (key, object) => {
          const intent = this.#store.bundle.entries.get(key)?.object?.intent;
          return intent !== undefined && intent === intentOf(object);
        },
        onBundleKind: (key, object) => this.#drift.changed(key, object),
        // Under another data plane nobody reports, and nobody is waited for.
        ...(plane.kind === "bundled" && {
          nodes: {
            isTold: plane.hostNetwork.gateways !== null || plane.hostNetwork.ingresses !== null,
            onNodes: (names: readonly string[]) => this.#expectNodes(names),
          },
        }),
        onReady: () => this.#tunnel.factsReady(),
        onChanged: (keys) => this.#tunnel.factsChanged(keys),
      }),
    );
    this.#tunnel = this.#resources.use(
      new TunnelClient({
        facts: book,
        url: settings.FAIRLEAD_CLOUD_URL,
        proxy: settings,
        identity,
        store: this.#store,
        metrics: this.#metrics,
        log,
        clock: this.#clock,
        rng: options.rng ?? systemRng,
        hopelessAfterMs: settings.FAIRLEAD_RESTART_AFTER_MS,
        onHopeless: options.onHopeless,
        describe: async () => ({
          ...(await describeCluster(this.#client, this.#stop.signal)),
          dataPlane: plane,
          joinToken: identity.clusterId === undefined ? joinToken(settings)?.reveal() : undefined,
        }),
        onOpen: ({ limits }) => {
          this.#reporter.opened(limits.maxFrameBytes);
          void this.#welcomed();
        },
        onClosed: () => this.#reporter.closed(),
        onChanged: (keys) => this.#changed(keys),
        onReady: (keys) => this.#applier.changed(keys),
      }),
    );
    this.#reporter = this.#resources.use(
      new StateReporter({
        collector: this.#collector,
        now: () => this.#clock.now(),
        send: (frame) => this.#tunnel.report(frame),
      }),
    );
  }

  /** Starts everything; resolves once probes and node reports are served. The rest comes as the API server answers. */
  static async start(options: ConnectorOptions): Promise<Connector> {
    const { settings, log } = options;
    const state = options.state ?? (await openDirectoryState(stateDirectory(settings), log));
    const connector = new Connector(options, state);
    try {
      await connector.#listen();
    } catch (error) {
      await connector[Symbol.asyncDispose]();
      throw error;
    }
    connector.#background = connector.#work();
    return connector;
  }

  /** Port of `/healthz`, `/readyz` and `/metrics`. */
  get adminPort(): number {
    return this.#admin?.port ?? 0;
  }

  /** Port agents report to. */
  get nodeReportPort(): number {
    return this.#nodeReports?.port ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#background;
    await this.#resources.disposeAsync();
  }

  async #listen(): Promise<void> {
    const { settings } = this.#options;
    this.#admin = this.#resources.use(
      await AdminServer.listen({
        host: settings.FAIRLEAD_ADMIN_HOST,
        port: settings.FAIRLEAD_ADMIN_PORT,
        metrics: () => this.#allMetrics.expose(),
        notReady: () =>
          this.#home.copied ?? (this.#missing.size === 0 ? undefined : `waiting for ${[...this.#missing].join(", ")}`),
      }),
    );
    const tokens = new TokenCheck({
      client: this.#client,
      clock: this.#clock,
      audience: settings.FAIRLEAD_NODE_REPORT_AUDIENCE,
      user: settings.FAIRLEAD_AGENT_USER,
    });
    this.#nodeReports = this.#resources.use(
      await NodeReportServer.start({
        ...settings.FAIRLEAD_NODE_REPORT_LISTEN,
        tokens,
        log: this.#log,
        onReport: (report) => this.#report(report),
      }),
    );
    this.#missing.delete("node reports");
  }

  /** Everything that goes on until the connector stops. */
  async #work(): Promise<void> {
    const ticker = setInterval(() => this.#tick(), 1_000);
    try {
      this.#expectAll();
      // Until it is started, the guard lets nothing pass.
      if (await this.#home.look()) this.#guard.start();
      await this.#survey();
      this.#missing.delete("the API server");
      this.#facts.start();
      this.#tunnel.start();
      await this.#passes();
    } finally {
      clearInterval(ticker);
    }
  }

  async #welcomed(): Promise<void> {
    try {
      if (await this.#home.welcomed()) this.#guard.start();
    } catch (error) {
      this.#log.error("state cannot be taken over", { error });
      this.#options.onHopeless();
    }
  }

  /** What the kept bundle says is what is wanted, with or without the cloud. */
  #expectAll(): void {
    const { bundle } = this.#store;
    const changes = [...bundle.entries].map(([key, entry]) => collected(key, entry));
    this.#collector.bundleChanged(changes, bundle.through, this.#clock.now());
  }

  /** Compares the cluster with the bundle once, so that a restart writes only what differs. Tries until it can. */
  async #survey(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        const live = await ourObjects(this.#client, signal);
        if (this.#store.needsResync) await this.#adopt(live);
        const { entries } = this.#store.bundle;
        const differing: string[] = [];
        for (const [key, entry] of entries) {
          const object = live.get(key);
          if (object !== undefined) this.#applier.own(key, object);
          const found = standing(entry, object);
          if (found === "in place") {
            this.#applied(key, entry);
            this.#drift.settled(key, entry, object, false);
          }
          if (found === "different") differing.push(key);
        }
        this.#applier.changed(differing);
        this.#log.info("cluster surveyed", { objects: entries.size, differing: differing.length });
        return;
      } catch (error) {
        if (!signal.aborted) this.#log.warn("cluster cannot be surveyed", { error });
        await this.#clock.sleep(SURVEY_RETRY_MS, signal).catch(() => {});
      }
    }
  }

  async #adopt(live: Awaited<ReturnType<typeof ourObjects>>): Promise<void> {
    const found = adopted(live).filter(([key]) => !this.#store.bundle.entries.has(key));
    await this.#store.adopt(found);
    if (found.length > 0) this.#log.warn("objects adopted from the cluster", { objects: found.length });
    this.#expectAll();
  }

  #expectNodes(names: readonly string[]): void {
    this.#collector.expect(names, this.#clock.now());
    this.#reporter.soon();
    for (const node of this.#certificates.nodes()) if (!names.includes(node)) this.#tellCertificates(node, undefined);
  }

  /** Applies everything again, in case drift was missed, and forgets tombstones, a little at a time. */
  async #passes(): Promise<void> {
    const { signal } = this.#stop;
    const { FAIRLEAD_REAPPLY_INTERVAL_MS: intervalMs } = this.#options.settings;
    const rest = (ms: number) => this.#clock.sleep(ms, signal).catch(() => {});
    let reappliedAt = this.#clock.now();
    while (!signal.aborted) {
      await rest(Math.min(SWEEP_INTERVAL_MS, intervalMs));
      this.#forgetTombstones();
      this.#drift.sweep();
      if (signal.aborted || this.#clock.now() - reappliedAt < intervalMs) continue;
      reappliedAt = this.#clock.now();
      for (const [key, entry] of [...this.#store.bundle.entries]) {
        const isForbidden = this.#guard.forbids(key, entry.object === undefined ? "delete" : "update");
        if (isForbidden || this.#drift.isLeft(key, entry)) continue;
        while (!signal.aborted && this.#applier.length >= BACKGROUND_DEPTH) await rest(10);
        if (signal.aborted) return;
        this.#applier.again(key);
      }
    }
  }

  #forgetTombstones(): void {
    const { bundle } = this.#store;
    const keys = [...bundle.entries.keys()].filter((key) => bundle.forgettable(key) && this.#collector.forget(key));
    this.#store.forget(keys).catch((error: unknown) => this.#log.warn("tombstones are not forgotten", { error }));
  }

  #changed(keys: readonly string[]): void {
    const { bundle } = this.#store;
    const changes = keys.flatMap((key) => {
      const entry = bundle.entries.get(key);
      return entry === undefined ? [] : [collected(key, entry)];
    });
    this.#collector.bundleChanged(changes, bundle.through, this.#clock.now());
    // When objects changed, there is nothing worth telling before the first of them is applied.
    if (keys.length === 0) this.#reporter.soon();
  }

  #applied(key: string, { revision }: BundleEntry): void {
    this.#metrics.applies.inc({ outcome: "applied" });
    this.#collector.applied(key, revision, this.#clock.now());
    this.#reporter.soon();
  }

  /** What is as it should be needs no leave, though it was to be applied again. */
  #held(key: string, { revision }: BundleEntry, { isRefused, why }: Hold): void {
    if (this.#drift.isInPlace(key)) return;
    this.#metrics.applies.inc({ outcome: "held" });
    if (isRefused) this.#collector.rejected(key, revision, why, this.#clock.now());
    else this.#collector.delayed(key, revision, why, this.#clock.now());
    this.#reporter.soon();
  }

  #report(report: NodeReport): boolean {
    const taken = this.#collector.report(report, this.#clock.now());
    this.#metrics.reports.inc({ outcome: taken ? "taken" : "resync" });
    this.#reporter.soon();
    if (taken && report.certificates !== undefined) this.#tellCertificates(report.node, report.certificates);
    return taken;
  }

  #tellCertificates(node: string, certificates: NodeReport["certificates"]): void {
    for (const [key, certificate] of this.#certificates.report(node, certificates)) {
      this.#facts.set(key, certificate && JSON.stringify(certificate));
    }
  }

  #tick(): void {
    this.#metrics.queue.set(this.#applier.length);
    this.#guard.tick();
    this.#collector.tick(this.#clock.now());
    this.#reporter.soon();
    this.#tunnel.watchdog();
  }
}

function collected(key: string, { revision, object }: BundleEntry) {
  return { key, revision, deleted: object === undefined };
}
