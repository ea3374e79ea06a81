import { type Log, systemClock } from "@fairlead/core";
import { isNotFound, type KubernetesClient, Reflector, type ResourceType, resources } from "@fairlead/kubernetes";
import type { KubernetesObject, ObjectKey } from "@fairlead/kubernetes-types";
import type { ObjectChange } from "@fairlead/mesh-model";

export interface InformersOptions {
  readonly client: KubernetesClient;
  readonly log: Log;
  /** Called with what has changed, once all kinds have been listed; changes that arrive together come together. */
  readonly onChanges: (changes: readonly ObjectChange[]) => void;
  /** How long a kind may be unlisted before it is asked whether the API serves it at all. Default 1,000 ms. */
  readonly probeMs?: number;
}

/** Everything a node's configuration is made of, as the Kubernetes API has it. */
export class Informers implements AsyncDisposable {
  readonly #options: InformersOptions;
  readonly #reflectors: readonly { readonly resource: ResourceType; readonly reflector: Reflector<KubernetesObject> }[];
  readonly #stop = new AbortController();
  #changes = new Map<ObjectKey, KubernetesObject | undefined>();
  #isScheduled = false;
  #isSynced = false;

  constructor(options: InformersOptions) {
    const { client, log } = options;
    this.#options = options;
    const reflect = (resource: ResourceType, fieldSelector?: string) => ({
      resource,
      reflector: new Reflector<KubernetesObject>({ client, resource, log, fieldSelector }),
    });
    this.#reflectors = [
      reflect(resources.gatewayClasses),
      reflect(resources.gateways),
      reflect(resources.httpRoutes),
      reflect(resources.grpcRoutes),
      reflect(resources.referenceGrants),
      reflect(resources.ingressClasses),
      reflect(resources.ingresses),
      reflect(resources.services),
      reflect(resources.endpointSlices),
      reflect(resources.namespaces),
      // Other secrets are none of our business, and a node should not hold them.
      reflect(resources.secrets, "type=kubernetes.io/tls"),
    ];
  }

  /** Whether every kind has been listed. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /**
   * Starts to list and watch; resolves once every kind has been listed, before the first changes are told. A kind the
   * API does not serve, such as Gateways before their definitions are installed, counts as listed.
   */
  async start(): Promise<void> {
    for (const { reflector } of this.#reflectors) {
      reflector.store.subscribe((changes) => {
        for (const { key, object } of changes) this.#changes.set(key, object);
        this.#schedule();
      });
      reflector.start();
    }
    await Promise.all(
      this.#reflectors.map(({ resource, reflector }) =>
        Promise.race([reflector.store.synced, this.#untilKnownAbsent(resource, reflector)]),
      ),
    );
    this.#isSynced = true;
  }

  /** The keys of all objects the API has. */
  *keys(): Generator<ObjectKey> {
    for (const { reflector } of this.#reflectors) yield* reflector.store.keys();
  }

  /** Tells what has arrived so far at once. */
  flush(): void {
    this.#isScheduled = false;
    if (!this.#isSynced || this.#changes.size === 0) return;
    const changes = [...this.#changes].map(([key, object]) => ({ key, object }));
    this.#changes = new Map();
    this.#options.onChanges(changes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#reflectors.map(({ reflector }) => reflector[Symbol.asyncDispose]()));
  }

  /** Resolves when the API says that there is no such kind; stays open otherwise. */
  async #untilKnownAbsent(resource: ResourceType, { store }: Reflector<KubernetesObject>): Promise<void> {
    const { client, log, probeMs = 1_000 } = this.#options;
    const { signal } = this.#stop;
    while (!store.isSynced) {
      await systemClock.sleep(probeMs, signal).catch(() => {});
      if (store.isSynced || signal.aborted) break;
      try {
        await client.list(resource, { pageSize: 1, signal });
      } catch (error) {
        if (!isNotFound(error)) continue;
        log.warn("the API does not serve a kind; going on without it", { kind: resource.kind });
        return;
      }
    }
    return new Promise(() => {});
  }

  /** Once what has already arrived is read; there is no timer that would add to every change. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.flush());
  }
}
