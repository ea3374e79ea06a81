import type { Log } from "@fairlead/core";
import {
  type KubernetesClient,
  Reflector,
  type ReflectorOptions,
  type ResourceType,
  resources,
  type Selection,
  untilListed,
} from "@fairlead/kubernetes";
import type {
  Gateway,
  GatewayClass,
  GRPCRoute,
  HTTPRoute,
  Ingress,
  IngressClass,
  KubernetesObject,
  ObjectKey,
  Service,
} from "@fairlead/kubernetes-types";
import { type MeshDelta, type MeshIndex, nodeFacts, type ObjectChange } from "@fairlead/mesh-model";

/** What has just changed: the objects themselves, and all whose outcome depends on them. */
export interface WorldChange {
  readonly keys: readonly ObjectKey[];
  readonly affected: MeshDelta["affected"];
}

export interface WorldOptions {
  readonly client: KubernetesClient;
  readonly index: MeshIndex;
  readonly log: Log;
  /** Namespaces whose Secrets may be read. Default: all. */
  readonly secretNamespaces?: readonly string[] | undefined;
  /** Follow Nodes, for listeners on their addresses. Default false. */
  readonly withNodes?: boolean;
  /** How long a kind may be unlisted before it is asked whether the API serves it at all. Default 1,000 ms. */
  readonly probeMs?: number;
}

/** A reflector, started, whatever its kind. */
interface Feed {
  readonly reflector: AsyncDisposable;
  readonly start: () => unknown;
  readonly listed: () => Promise<void>;
}

/** The API server's objects as last seen, and the mesh model made of them. */
export class World implements AsyncDisposable {
  readonly index: MeshIndex;
  readonly gatewayClasses: Reflector<GatewayClass>;
  readonly gateways: Reflector<Gateway>;
  readonly httpRoutes: Reflector<HTTPRoute>;
  readonly grpcRoutes: Reflector<GRPCRoute>;
  readonly ingressClasses: Reflector<IngressClass>;
  readonly ingresses: Reflector<Ingress>;
  readonly services: Reflector<Service>;
  readonly #feeds: Feed[] = [];
  readonly #stop = new AbortController();
  readonly #listeners = new Set<(change: WorldChange) => void>();
  readonly #log: Log;
  #pending = new Map<ObjectKey, KubernetesObject | undefined>();
  #isScheduled = false;
  #isSynced = false;

  constructor({ client, index, log, secretNamespaces, withNodes, probeMs }: WorldOptions) {
    this.index = index;
    this.#log = log;
    const reflect = <T extends KubernetesObject>(
      resource: ResourceType<T>,
      options: Selection & Pick<ReflectorOptions<T>, "trim"> = {},
    ) => {
      const reflector = new Reflector<T>({ client, resource, log, ...options });
      this.#feed(reflector);
      const { signal } = this.#stop;
      this.#feeds.push({
        reflector,
        start: () => reflector.start(),
        listed: () => untilListed({ client, resource, reflector, log, signal, probeMs }),
      });
      return reflector;
    };
    this.gatewayClasses = reflect(resources.gatewayClasses);
    this.gateways = reflect(resources.gateways);
    this.httpRoutes = reflect(resources.httpRoutes);
    this.grpcRoutes = reflect(resources.grpcRoutes);
    this.ingressClasses = reflect(resources.ingressClasses);
    this.ingresses = reflect(resources.ingresses);
    this.services = reflect(resources.services);
    reflect(resources.referenceGrants);
    reflect(resources.namespaces);
    if (withNodes) reflect(resources.nodes, { trim: nodeFacts });
    for (const namespace of secretNamespaces ?? [undefined]) {
      reflect(resources.secrets, { namespace, fieldSelector: "type=kubernetes.io/tls" });
    }
  }

  /** Whether every kind has been listed. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Lists and watches; resolves once the model of all there is stands. A kind the API does not serve holds nothing up. */
  async start(): Promise<void> {
    for (const { start } of this.#feeds) start();
    await Promise.all(this.#feeds.map(({ listed }) => listed()));
    this.#isSynced = true;
    this.#flush();
  }

  /** Calls back with every batch of changes after they are in the model. Returns how to stop it. */
  subscribe(listener: (change: WorldChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#feeds.map(({ reflector }) => reflector[Symbol.asyncDispose]()));
  }

  #feed<T extends KubernetesObject>(reflector: Reflector<T>): void {
    reflector.store.subscribe((changes) => {
      for (const { key, object } of changes) this.#pending.set(key, object);
      this.#schedule();
    });
  }

  /** Changes that have arrived together are taken together. */
  #schedule(): void {
    if (this.#isScheduled || !this.#isSynced) return;
    this.#isScheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#isScheduled = false;
    const changes: ObjectChange[] = [...this.#pending].map(([key, object]) => ({ key, object }));
    this.#pending = new Map();
    const { affected, malformed } = this.index.apply(changes);
    for (const { key, message } of malformed)
      this.#log.debug("object is not of its kind's shape", { object: key, message });
    const change = { keys: changes.map(({ key }) => key), affected };
    for (const listener of this.#listeners) listener(change);
  }
}
