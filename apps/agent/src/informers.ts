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
import type { KubernetesObject, Node, ObjectKey } from "@fairlead/kubernetes-types";
import { nodeFacts, type ObjectChange } from "@fairlead/mesh-model";

export interface InformersOptions {
  readonly client: KubernetesClient;
  readonly log: Log;
  /** Namespaces whose Secrets may be read. Default: all. */
  readonly secretNamespaces?: readonly string[] | undefined;
  /** Name of the Node to follow, where listeners are on its addresses. Default: none. */
  readonly node?: string | undefined;
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
    const { client, log, node, secretNamespaces = [undefined] } = options;
    this.#options = options;
    const reflect = (
      resource: ResourceType,
      selected: Selection & Pick<ReflectorOptions<KubernetesObject>, "trim"> = {},
    ) => ({
      resource,
      reflector: new Reflector<KubernetesObject>({ client, resource, log, ...selected }),
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
      ...secretNamespaces.map((namespace) =>
        reflect(resources.secrets, { namespace, fieldSelector: "type=kubernetes.io/tls" }),
      ),
      ...(node === undefined
        ? []
        : [reflect(resources.nodes, { fieldSelector: `metadata.name=${node}`, trim: trimNode })]),
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
    const { client, log, probeMs } = this.#options;
    const { signal } = this.#stop;
    await Promise.all(this.#reflectors.map((kind) => untilListed({ ...kind, client, log, signal, probeMs })));
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

  /** Once what has already arrived is read; there is no timer that would add to every change. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.flush());
  }
}

function trimNode(object: KubernetesObject): KubernetesObject {
  return isNode(object) ? nodeFacts(object) : object;
}

function isNode(object: KubernetesObject): object is Node {
  return object.kind === "Node";
}
