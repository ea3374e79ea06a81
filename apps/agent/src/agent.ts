import { AdminServer, type Clock, type Log, systemClock } from "@fairlead/core";
import { KubernetesClient, loadConnection } from "@fairlead/kubernetes";
import { MeshIndex, type ObjectChange } from "@fairlead/mesh-model";
import { meshSettings } from "@fairlead/mesh-settings";
import { type AdsEvent, ResourceCache, XdsServer } from "@fairlead/xds";
import { createAgentMetrics } from "./agent-metrics.ts";
import { createBinding } from "./binding.ts";
import { boundTranslator } from "./bound-translator.ts";
import { Informers } from "./informers.ts";
import { LastGood } from "./last-good.ts";
import { NodeConfig } from "./node-config.ts";
import { nodeCertificate } from "./report/node-certificate.ts";
import { NodeReporter } from "./report/node-reporter.ts";
import { ObjectReports } from "./report/object-reports.ts";
import { ReportClient } from "./report/report-client.ts";
import type { Settings } from "./settings.ts";

export interface AgentOptions {
  readonly settings: Settings;
  readonly log: Log;
  readonly clock?: Clock;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Nothing can be served, such as when the socket cannot be made; the process should end and be started again. */
  readonly onFatal: (error: unknown) => void;
}

/** How long the first report waits for Envoy to say what it has, in milliseconds. */
const FIRST_REPORT_WAIT_MS = 2_000;

/**
 * The agent of one node: objects of the Kubernetes API to Envoy, Envoy's answers to the connector. The socket for
 * Envoy opens only once there is something to serve, so that an agent that knows nothing never wipes a running Envoy.
 */
export class Agent implements AsyncDisposable {
  readonly #options: AgentOptions;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #cache = new ResourceCache();
  readonly #metrics = createAgentMetrics();
  readonly #lastGood: LastGood;
  readonly #informers: Informers;
  readonly #config: NodeConfig;
  readonly #reporter: NodeReporter | undefined;
  readonly #stop = new AsyncDisposableStack();
  #admin: AdminServer | undefined;
  #server: XdsServer | undefined;
  #answers: AdsEvent[] = [];
  #isReporting = false;

  private constructor(options: AgentOptions) {
    const { settings, log } = options;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#log = log.with({ node: settings.FAIRLEAD_NODE_NAME });
    this.#lastGood = LastGood.open({ directory: settings.FAIRLEAD_STATE_DIR, log: this.#log });
    this.#stop.use(this.#lastGood);
    const connection = loadConnection(options.env ? { env: options.env } : {});
    const client = this.#stop.use(new KubernetesClient({ connection }));
    const reports = new ObjectReports(this.#clock, (key) => this.#reporter?.changed(key));
    this.#reporter = this.#createReporter(reports);
    const mesh = meshSettings(settings, { name: settings.FAIRLEAD_NODE_NAME });
    this.#config = new NodeConfig({
      index: new MeshIndex(mesh),
      translator: boundTranslator(
        createBinding({ addressMap: settings.FAIRLEAD_ADDRESS_MAP, portOffset: settings.FAIRLEAD_PORT_OFFSET }),
        settings.FAIRLEAD_ACCESS_LOG === undefined ? {} : { accessLog: settings.FAIRLEAD_ACCESS_LOG },
      ),
      cache: this.#cache,
      proxy: {
        isCurrent: (typeUrl, name) => this.#server?.isCurrent(typeUrl, name) ?? false,
        retry: (typeUrl, name) => this.#server?.retry(typeUrl, name),
      },
      lastGood: this.#lastGood.objects,
      onState: (key, object, state) => reports.set(key, object, state),
      onGood: (key, object) => this.#lastGood.set(key, object),
    });
    this.#informers = this.#stop.use(
      new Informers({
        client,
        log: this.#log,
        secretNamespaces: settings.FAIRLEAD_SECRET_NAMESPACES,
        node: mesh.hostNetwork && settings.FAIRLEAD_NODE_NAME,
        onChanges: (changes) => this.#apply(changes),
      }),
    );
  }

  /** Starts the agent; resolves once it answers health checks. It becomes ready when it has something to serve. */
  static async start(options: AgentOptions): Promise<Agent> {
    const agent = new Agent(options);
    const { settings } = options;
    agent.#admin = agent.#stop.use(
      await AdminServer.listen({
        host: settings.FAIRLEAD_ADMIN_HOST,
        port: settings.FAIRLEAD_ADMIN_PORT,
        notReady: () => (agent.#server === undefined ? "waiting for the Kubernetes API" : undefined),
        metrics: () => agent.#metrics.expose(agent.#figures()),
      }),
    );
    agent.#stop.use(agent.#every(1_000, () => agent.#config.tick(agent.#clock.now())));
    agent.#load().catch(options.onFatal);
    return agent;
  }

  /** Port of the health endpoints. */
  get adminPort(): number {
    return this.#admin?.port ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop[Symbol.asyncDispose]();
  }

  async #load(): Promise<void> {
    const synced = this.#informers.start().then(() => true);
    const patience = this.#clock.sleep(this.#options.settings.FAIRLEAD_API_WAIT_MS).then(() => false);
    if (!(await Promise.race([synced, patience]))) {
      const kept = this.#lastGood.objects;
      this.#log.warn("the Kubernetes API is away", { lastGoodObjects: kept.size });
      if (kept.size > 0) {
        this.#apply([...kept].map(([key, object]) => ({ key, object })));
        await this.#serve();
      }
      await synced;
    }
    this.#reconcile();
    if (this.#server === undefined) await this.#serve();
  }

  /** Takes the API's state as the whole truth. */
  #reconcile(): void {
    const there = new Set(this.#informers.keys());
    for (const key of this.#lastGood.objects.keys()) if (!there.has(key)) this.#lastGood.set(key, undefined);
    const gone = [...this.#config.keys()].filter((key) => !there.has(key));
    this.#apply(gone.map((key) => ({ key, object: undefined })));
    this.#informers.flush();
    this.#log.info("objects loaded", { objects: there.size, resources: this.#cache.size });
  }

  async #serve(): Promise<void> {
    this.#server = this.#stop.use(
      await XdsServer.listen({
        cache: this.#cache,
        socketPath: this.#options.settings.FAIRLEAD_XDS_SOCKET,
        log: this.#log,
        onEvents: (events) => this.#onAnswers(events),
      }),
    );
    setTimeout(() => this.#startReporting(), FIRST_REPORT_WAIT_MS).unref();
  }

  #apply(changes: readonly ObjectChange[]): void {
    const began = performance.now();
    const count = this.#config.apply(changes);
    if (count > 0) this.#metrics.onApplied(count, performance.now() - began);
  }

  /** Answers come in the middle of a change as well; they are taken up once that is through. */
  #onAnswers(events: readonly AdsEvent[]): void {
    if (this.#answers.length === 0) {
      queueMicrotask(() => {
        const answers = this.#answers;
        this.#answers = [];
        this.#config.onAnswers(answers, this.#clock.now());
        if (!this.#isReporting && this.#config.backlog.pending === 0) this.#startReporting();
      });
    }
    for (const event of events) {
      this.#answers.push(event);
      if (event.type !== "nacked") continue;
      this.#metrics.onRefused();
      const { typeUrl, name, version, message, sources } = event;
      this.#log.warn("proxy refused a resource", { typeUrl, name, version, reason: message, objects: sources });
    }
  }

  #createReporter(reports: ObjectReports): NodeReporter | undefined {
    const {
      FAIRLEAD_CONNECTOR_URL: url,
      FAIRLEAD_TOKEN_FILE: tokenFile,
      FAIRLEAD_NODE_NAME: node,
    } = this.#options.settings;
    if (url === undefined) return undefined;
    const client = this.#stop.use(new ReportClient({ url, tokenFile }));
    return this.#stop.use(
      new NodeReporter({
        node,
        reports: () => reports.all,
        certificates: () => this.#config.certificateUses().map(nodeCertificate),
        send: (report) => client.send(report),
        clock: this.#clock,
        log: this.#log,
      }),
    );
  }

  #startReporting(): void {
    if (this.#isReporting || this.#stop.disposed) return;
    this.#isReporting = true;
    this.#reporter?.start();
  }

  #figures() {
    const { quarantined, pending } = this.#config.backlog;
    return {
      resources: this.#cache.size,
      quarantined,
      pending,
      connected: this.#server?.connected ?? false,
      reportFailures: this.#reporter?.failures ?? 0,
      certificates: this.#config.certificateUses(),
    };
  }

  #every(ms: number, work: () => void): Disposable {
    const timer = setInterval(work, ms);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }
}
