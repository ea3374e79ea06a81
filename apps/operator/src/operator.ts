import { hostname } from "node:os";
import { AdminServer, aborted, type Clock, type Log, systemClock } from "@fairlead/core";
import { type Connection, KubernetesClient, LeaderElector, loadConnection } from "@fairlead/kubernetes";
import { COMPAT_GATEWAY_CLASS, COMPAT_INGRESS_CLASS, GATEWAY_CLASS, INGRESS_CLASS } from "@fairlead/kubernetes-types";
import { MeshIndex } from "@fairlead/mesh-model";
import { meshSettings } from "@fairlead/mesh-settings";
import { AddressBook } from "./address/address-book.ts";
import { parsePool } from "./address/pool.ts";
import type { ControllerContext } from "./controllers/context.ts";
import { Controllers } from "./controllers/controllers.ts";
import { createOperatorMetrics } from "./operator-metrics.ts";
import type { Settings } from "./settings.ts";
import { World } from "./world.ts";

export interface OperatorOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** Default: as kubectl finds it. */
  readonly connection?: Connection;
  readonly clock?: Clock;
}

/**
 * Writes what the cluster should know of its Gateways, routes and Ingresses: classes, Services, addresses and status.
 * Every replica watches; one leads and writes. A replica that takes over starts from what is recorded.
 */
export class Operator implements AsyncDisposable {
  readonly #options: OperatorOptions;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #client: KubernetesClient;
  readonly #world: World;
  readonly #metrics = createOperatorMetrics();
  readonly #namespace: string;
  readonly #end = new AbortController();
  readonly #stop = new AsyncDisposableStack();
  #running: Promise<void> = Promise.resolve();
  #admin: AdminServer | undefined;

  private constructor(options: OperatorOptions) {
    const { settings, log } = options;
    const connection = options.connection ?? loadConnection();
    this.#options = options;
    this.#log = log;
    this.#clock = options.clock ?? systemClock;
    this.#namespace = settings.FAIRLEAD_NAMESPACE ?? connection.namespace;
    this.#client = this.#stop.use(new KubernetesClient({ connection, userAgent: "fairlead-operator" }));
    const mesh = meshSettings(settings, "ready");
    const { secretNamespaces } = mesh;
    const withNodes = mesh.hostNetwork !== undefined;
    const index = new MeshIndex(mesh);
    this.#world = this.#stop.use(new World({ client: this.#client, index, log, secretNamespaces, withNodes }));
  }

  /** Starts the operator; resolves once it answers health checks. It becomes ready when it knows the cluster. */
  static async start(options: OperatorOptions): Promise<Operator> {
    const operator = new Operator(options);
    const { settings, log } = options;
    operator.#admin = operator.#stop.use(
      await AdminServer.listen({
        host: settings.FAIRLEAD_ADMIN_HOST,
        port: settings.FAIRLEAD_ADMIN_PORT,
        notReady: () => (operator.#world.isSynced ? undefined : "waiting for the Kubernetes API"),
        metrics: () => operator.#metrics.expose(),
      }),
    );
    operator.#running = operator.#run().catch((error: unknown) => log.error("operator stopped", { error }));
    return operator;
  }

  /** Where `/healthz`, `/readyz` and `/metrics` are. */
  get adminPort(): number {
    return this.#admin?.port ?? 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#running;
    await this.#stop[Symbol.asyncDispose]();
  }

  async #run(): Promise<void> {
    const { signal } = this.#end;
    await Promise.race([this.#world.start(), aborted(signal)]);
    if (signal.aborted) return;
    this.#log.info("cluster known");
    if (!this.#elects()) return this.#lead(signal);
    const elector = new LeaderElector({
      client: this.#client,
      namespace: this.#namespace,
      name: "fairlead-operator",
      identity: `${hostname()}_${process.pid}`,
      clock: this.#clock,
      log: this.#log,
    });
    while (!signal.aborted) await elector.run((term) => this.#lead(term), signal);
  }

  async #lead(signal: AbortSignal): Promise<void> {
    const controllers = new Controllers(this.#context(), this.#metrics.reconcileFailed);
    this.#metrics.leading(true);
    try {
      controllers.start();
      await aborted(signal);
    } finally {
      this.#metrics.leading(false);
      await controllers[Symbol.asyncDispose]();
    }
  }

  // A new book each term: what another leader gave out meanwhile is read from the record.
  #context(): ControllerContext {
    const { settings } = this.#options;
    const pool = parsePool(settings.FAIRLEAD_ADDRESS_POOL ?? "");
    const compat = settings.FAIRLEAD_COMPAT_CILIUM_CLASSES;
    return {
      client: this.#client,
      world: this.#world,
      book: pool && new AddressBook(pool),
      hostNetwork: {
        gateways: settings.FAIRLEAD_GATEWAY_HOST_NETWORK,
        ingresses: settings.FAIRLEAD_INGRESS_HOST_NETWORK,
      },
      gatewayClasses: [GATEWAY_CLASS, ...(compat ? [COMPAT_GATEWAY_CLASS] : [])],
      ingressClasses: [INGRESS_CLASS, ...(compat ? [COMPAT_INGRESS_CLASS] : [])],
      namespace: this.#namespace,
      clock: this.#clock,
      log: this.#log,
      onStatusWritten: this.#metrics.statusWritten,
    };
  }

  #elects(): boolean {
    return this.#options.settings.FAIRLEAD_LEADER_ELECTION ?? process.env.KUBERNETES_SERVICE_HOST !== undefined;
  }
}
