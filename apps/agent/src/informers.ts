import type { Log } from "@fairlead/core";
import { type KubernetesClient, Reflector, type ResourceType, resources } from "@fairlead/kubernetes";
import type { KubernetesObject, ObjectKey } from "@fairlead/kubernetes-types";
import type { ObjectChange } from "@fairlead/mesh-model";

export interface InformersOptions {
  readonly client: KubernetesClient;
  readonly log: Log;
  /** Called with what has changed, once all kinds have been listed; changes that arrive together come together. */
  readonly onChanges: (changes: readonly ObjectChange[]) => void;
}

/** Everything a node's configuration is made of, as the Kubernetes API has it. */
export class Informers implements AsyncDisposable {
  readonly #reflectors: readonly Reflector<KubernetesObject>[];
  readonly #onChanges: InformersOptions["onChanges"];
  #changes = new Map<ObjectKey, KubernetesObject | undefined>();
  #isScheduled = false;
  #isSynced = false;

  constructor({ client, log, onChanges }: InformersOptions) {
    this.#onChanges = onChanges;
    const reflect = (resource: ResourceType, fieldSelector?: string) =>
      new Reflector<KubernetesObject>({ client, resource, log, fieldSelector });
    this.#reflectors = [
      reflect(resources.gatewayClasses),
      reflect(resources.gateways),
      reflect(resources.httpRoutes),
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

  /** Starts to list and watch; resolves once every kind has been listed, before the first changes are told. */
  async start(): Promise<void> {
    for (const reflector of this.#reflectors) {
      reflector.store.subscribe((changes) => {
        for (const { key, object } of changes) this.#changes.set(key, object);
        this.#schedule();
      });
      reflector.start();
    }
    await Promise.all(this.#reflectors.map(({ store }) => store.synced));
    this.#isSynced = true;
  }

  /** The keys of all objects the API has. */
  *keys(): Generator<ObjectKey> {
    for (const { store } of this.#reflectors) yield* store.keys();
  }

  /** Tells what has arrived so far at once. */
  flush(): void {
    this.#isScheduled = false;
    if (!this.#isSynced || this.#changes.size === 0) return;
    const changes = [...this.#changes].map(([key, object]) => ({ key, object }));
    this.#changes = new Map();
    this.#onChanges(changes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#reflectors.map((reflector) => reflector[Symbol.asyncDispose]()));
  }

  /** Once what has already arrived is read; there is no timer that would add to every change. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.flush());
  }
}
