import type { Log } from "@fairlead/core";
import { type KubernetesClient, Reflector, type ResourceType, resources } from "@fairlead/kubernetes";
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
import type { MeshDelta, MeshIndex, ObjectChange } from "@fairlead/mesh-model";

/** What has just changed: the objects themselves, and all whose outcome depends on them. */
export interface WorldChange {
  readonly keys: readonly ObjectKey[];
  readonly affected: MeshDelta["affected"];
}

export interface WorldOptions {
  readonly client: KubernetesClient;
  readonly index: MeshIndex;
  readonly log: Log;
}

/** What of a reflector does not depend on its kind. */
interface Feed extends AsyncDisposable {
  readonly store: { readonly synced: Promise<void> };
  start(): unknown;
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
  readonly #reflectors: readonly Feed[];
  readonly #listeners = new Set<(change: WorldChange) => void>();
  readonly #log: Log;
  #pending = new Map<ObjectKey, KubernetesObject | undefined>();
  #isScheduled = false;
  #isSynced = false;

  constructor({ client, index, log }: WorldOptions) {
    this.index = index;
    this.#log = log;
    const reflect = <T extends KubernetesObject>(resource: ResourceType<T>, fieldSelector?: string) =>
      new Reflector<T>({ client, resource, log, fieldSelector });
    this.gatewayClasses = reflect(resources.gatewayClasses);
    this.gateways = reflect(resources.gateways);
    this.httpRoutes = reflect(resources.httpRoutes);
    this.grpcRoutes = reflect(resources.grpcRoutes);
    this.ingressClasses = reflect(resources.ingressClasses);
    this.ingresses = reflect(resources.ingresses);
    this.services = reflect(resources.services);
    this.#reflectors = [
      this.#feed(this.gatewayClasses),
      this.#feed(this.gateways),
      this.#feed(this.httpRoutes),
      this.#feed(this.grpcRoutes),
      this.#feed(this.ingressClasses),
      this.#feed(this.ingresses),
      this.#feed(this.services),
      this.#feed(reflect(resources.referenceGrants)),
      this.#feed(reflect(resources.namespaces)),
      this.#feed(reflect(resources.secrets, "type=kubernetes.io/tls")),
    ];
  }

  /** Whether every kind has been listed. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Lists and watches; resolves once the model of all there is stands. */
  async start(): Promise<void> {
    for (const reflector of this.#reflectors) reflector.start();
    await Promise.all(this.#reflectors.map(({ store }) => store.synced));
    this.#isSynced = true;
    this.#flush();
  }

  /** Calls back with every batch of changes after they are in the model. Returns how to stop it. */
  subscribe(listener: (change: WorldChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector[Symbol.asyncDispose]()));
  }

  #feed<T extends KubernetesObject>(reflector: Reflector<T>): Feed {
    reflector.store.subscribe((changes) => {
      for (const { key, object } of changes) this.#pending.set(key, object);
      this.#schedule();
    });
    return reflector;
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
