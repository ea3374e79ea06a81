import type { Clock, Log } from "@fairlead/core";
import {
  isForbidden,
  isNotFound,
  type KubernetesClient,
  Reflector,
  type ResourceType,
  resources,
} from "@fairlead/kubernetes";
import type { KubernetesObject, Node, ObjectKey } from "@fairlead/kubernetes-types";
import { nodeFacts } from "@fairlead/mesh-model";
import type { FactBook } from "@fairlead/tunnel";
import { BUNDLE_RESOURCES } from "../cluster-survey.ts";
import { trimFact } from "./trim-fact.ts";

/** Kinds that are told. Secrets are none of them, and never will be. */
const FACT_RESOURCES: readonly ResourceType[] = [
  resources.namespaces,
  resources.services,
  resources.endpointSlices,
  resources.referenceGrants,
  resources.gatewayClasses,
  resources.ingressClasses,
  resources.gateways,
  resources.httpRoutes,
  resources.grpcRoutes,
  resources.ingresses,
];

/** Changes within this time travel together, in milliseconds: endpoints that come and go cost one message a second. */
const COALESCE_MS = 1_000;
/** Changes of one turn of the API server, such as an object and what its controller makes of it, are not told apart. */
const GATHER_MS = 20;
/** How long a kind may be unlisted before it is asked whether it can be listed at all, in milliseconds. */
const PROBE_MS = 1_000;

export interface ClusterFactsOptions {
  readonly client: KubernetesClient;
  readonly book: FactBook;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether an object is one the cloud wrote. */
  readonly isOurs: (key: ObjectKey, object: KubernetesObject) => boolean;
  /** The API server tells of an object of a kind that bundles hold, with its managed fields; undefined: it is gone. */
  readonly onBundleKind: (key: ObjectKey, object: KubernetesObject | undefined) => void;
  /** Follow Nodes; absent: nobody asks for them. */
  readonly nodes?: {
    /** Tell what listeners on their addresses depend on. */
    readonly isTold: boolean;
    /** The Nodes of the cluster, all of them, by name, whenever one of them changes. */
    readonly onNodes: (names: readonly string[]) => void;
  };
  /** All kinds have been listed: the book holds the cluster. */
  readonly onReady: () => void;
  /** These facts changed. */
  readonly onChanged: (keys: readonly ObjectKey[]) => void;
}

/** Keeps a {@link FactBook} equal to the cluster, as the API server tells it. */
export class ClusterFacts implements AsyncDisposable {
  readonly #options: ClusterFactsOptions;
  readonly #stop = new AbortController();
  readonly #reflectors: readonly { readonly resource: ResourceType; readonly reflector: Reflector<KubernetesObject> }[];
  readonly #nodes: Reflector<Node> | undefined;
  #changed = new Set<ObjectKey>();
  #timer: NodeJS.Timeout | undefined;
  #flushedAt = 0;
  #isReady = false;
  #starting: Promise<void> | undefined;

  constructor(options: ClusterFactsOptions) {
    const { client, log, nodes } = options;
    this.#options = options;
    // Most of a Node is images and heartbeats.
    this.#nodes = nodes && new Reflector({ client, resource: resources.nodes, log, trim: nodeFacts });
    this.#reflectors = FACT_RESOURCES.map((resource) => ({
      resource,
      // Who changed an object of ours is told by its managed fields.
      reflector: new Reflector<KubernetesObject>({ client, resource, log, keepManagedFields: isInBundles(resource) }),
    }));
  }

  /** Whether the book holds the cluster. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Lists and watches until disposed. */
  start(): void {
    this.#starting ??= this.#start();
  }

  /** Writes a fact that does not come from the API server (JSON text), or strikes it out. */
  set(key: ObjectKey, body: string | undefined): void {
    if (!this.#options.book.set(key, body)) return;
    this.#changed.add(key);
    this.#schedule();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    clearTimeout(this.#timer);
    await Promise.all([
      ...this.#reflectors.map(({ reflector }) => reflector[Symbol.asyncDispose]()),
      this.#nodes?.[Symbol.asyncDispose](),
    ]);
    await this.#starting;
  }

  async #start(): Promise<void> {
    for (const { resource, reflector } of this.#reflectors) {
      const isWatched = isInBundles(resource);
      reflector.store.subscribe((changes) => {
        for (const { key, object } of changes) {
          this.set(key, this.#textOf(key, object));
          if (isWatched) this.#options.onBundleKind(key, object);
        }
      });
      reflector.start();
    }
    this.#followNodes();
    await Promise.all([
      ...this.#reflectors.map(({ resource, reflector }) => this.#listed(resource, reflector)),
      this.#nodes && this.#listed(resources.nodes, this.#nodes),
    ]);
    if (this.#stop.signal.aborted) return;
    this.#isReady = true;
    this.#flush();
    this.#options.onReady();
  }

  /** Of a heartbeat nothing is told: what is left of a Node is as it was. */
  #followNodes(): void {
    const { nodes } = this.#options;
    if (nodes === undefined || this.#nodes === undefined) return;
    const { store } = this.#nodes;
    const names = () => nodes.onNodes([...store.list()].map(({ metadata }) => metadata.name));
    store.subscribe((changes) => {
      if (nodes.isTold) for (const { key, object } of changes) this.set(key, this.#textOf(key, object));
      if (store.isSynced) names();
    });
    void store.synced.then(names);
    this.#nodes.start();
  }

  #textOf(key: ObjectKey, object: KubernetesObject | undefined): string | undefined {
    if (object === undefined) return undefined;
    const fact = trimFact(object, this.#options.isOurs(key, object));
    return fact === undefined ? undefined : JSON.stringify(fact);
  }

  /** Until a kind is listed, or known not to be there for us: then it has no facts, and the others have. */
  async #listed(
    resource: ResourceType,
    { store }: { readonly store: Pick<Reflector<KubernetesObject>["store"], "isSynced" | "synced"> },
  ): Promise<void> {
    const { client, clock, log } = this.#options;
    const { signal } = this.#stop;
    while (!store.isSynced && !signal.aborted) {
      await Promise.race([store.synced, clock.sleep(PROBE_MS, signal).catch(() => {})]);
      if (store.isSynced || signal.aborted) return;
      try {
        await client.list(resource, { pageSize: 1, signal });
      } catch (error) {
        if (!isNotFound(error) && !isForbidden(error)) continue;
        log.warn("a kind cannot be listed; nothing is told of it", { kind: resource.kind, error });
        return;
      }
    }
  }

  #schedule(): void {
    if (!this.#isReady || this.#timer !== undefined) return;
    const waitMs = Math.max(GATHER_MS, this.#flushedAt + COALESCE_MS - this.#options.clock.now());
    this.#timer = setTimeout(() => this.#flush(), waitMs);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushedAt = this.#options.clock.now();
    const keys = [...this.#changed];
    this.#changed = new Set();
    if (keys.length > 0) this.#options.onChanged(keys);
  }
}

function isInBundles(resource: ResourceType): boolean {
  return BUNDLE_RESOURCES.includes(resource);
}
