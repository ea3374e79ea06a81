import { WorkQueue } from "@fairlead/kubernetes";
import {
  formatObjectKey,
  GATEWAY_GROUP,
  NETWORKING_GROUP,
  type ObjectKey,
  objectKey,
  parseObjectKey,
} from "@fairlead/kubernetes-types";
import { ingressService } from "../service/desired-service.ts";
import type { WorldChange } from "../world.ts";
import { observeAddresses, reconcileAddress } from "./address-controller.ts";
import { reconcileClass } from "./class-controller.ts";
import { type ControllerContext, idOf } from "./context.ts";
import { reconcileGateway } from "./gateway-controller.ts";
import { reconcileIngress } from "./ingress-controller.ts";
import { reconcileGrpcRoute, reconcileHttpRoute } from "./route-controller.ts";

/** A Gateway whose count of routes changed waits this long, in milliseconds, so that many routes make one write. */
const COALESCE_MS = 100;

type Reconcile = (context: ControllerContext, key: ObjectKey) => Promise<number | undefined>;

/** All controllers of the operator, one queue per kind, while it leads. */
export class Controllers implements AsyncDisposable {
  readonly #context: ControllerContext;
  readonly #onError: (kind: string) => void;
  readonly #queues: ReadonlyMap<string, WorkQueue<ObjectKey>>;
  readonly #coalescing = new Map<ObjectKey, NodeJS.Timeout>();
  /** Gateways by the generation they were last due for. */
  readonly #seen = new Map<ObjectKey, string>();
  #unsubscribe: () => void = () => {};

  constructor(context: ControllerContext, onError: (kind: string) => void) {
    this.#context = context;
    this.#onError = onError;
    const classes = this.#queue("GatewayClass", reconcileClass, 1);
    this.#queues = new Map([
      [`${GATEWAY_GROUP}/GatewayClass`, classes],
      [`${NETWORKING_GROUP}/IngressClass`, classes],
      [`${GATEWAY_GROUP}/Gateway`, this.#queue("Gateway", reconcileGateway, 2)],
      [`${GATEWAY_GROUP}/HTTPRoute`, this.#queue("HTTPRoute", reconcileHttpRoute, 8)],
      [`${GATEWAY_GROUP}/GRPCRoute`, this.#queue("GRPCRoute", reconcileGrpcRoute, 8)],
      [`${NETWORKING_GROUP}/Ingress`, this.#queue("Ingress", reconcileIngress, 2)],
      ["/Service", this.#queue("Service", reconcileAddress, 1)],
    ]);
  }

  /** Makes everything due once, then what changes. The world must be synced. */
  start(): void {
    const { world, book, namespace, gatewayClasses, ingressClasses } = this.#context;
    if (book !== undefined) observeAddresses(book, world, namespace);
    for (const { class: name } of gatewayClasses) this.#add(classKey(GATEWAY_GROUP, "GatewayClass", name));
    for (const { class: name } of ingressClasses) this.#add(classKey(NETWORKING_GROUP, "IngressClass", name));
    for (const { store } of [
      world.gatewayClasses,
      world.gateways,
      world.httpRoutes,
      world.grpcRoutes,
      world.ingresses,
      world.services,
    ]) {
      for (const key of store.keys()) this.#add(key);
    }
    this.#unsubscribe = world.subscribe((change) => this.#onChange(change));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    for (const timer of this.#coalescing.values()) clearTimeout(timer);
    await Promise.all([...new Set(this.#queues.values())].map((queue) => queue[Symbol.asyncDispose]()));
  }

  #onChange({ keys, affected }: WorldChange): void {
    const changed = new Set(keys);
    for (const key of keys) {
      if (this.#isOldNews(key)) this.#coalesce(key);
      else this.#add(key);
      for (const owner of this.#reachedBy(key)) this.#add(owner);
    }
    for (const key of affected) {
      if (changed.has(key)) continue;
      if (kindOf(key) === `${GATEWAY_GROUP}/Gateway`) this.#coalesce(key);
      else this.#add(key);
    }
  }

  // A Gateway comes back from each status we write; to look again at once would undo the coalescing.
  #isOldNews(key: ObjectKey): boolean {
    if (kindOf(key) !== `${GATEWAY_GROUP}/Gateway`) return false;
    const metadata = this.#context.world.gateways.store.get(key)?.metadata;
    const version = metadata && `${metadata.uid}/${metadata.generation}`;
    const isOld = version !== undefined && this.#seen.get(key) === version;
    if (version === undefined) this.#seen.delete(key);
    else this.#seen.set(key, version);
    return isOld;
  }

  /** Whose addresses a Service carries; nobody's, when the key is not a Service of ours. */
  #reachedBy(key: ObjectKey): ObjectKey[] {
    const { world, namespace } = this.#context;
    if (kindOf(key) !== "/Service") return [];
    if (key === objectKey(ingressService({ namespace }))) {
      return [...world.ingresses.store.list()].flatMap((ingress) =>
        world.index.ingress(idOf(ingress))?.mode === "shared" ? [objectKey(ingress)] : [],
      );
    }
    const parts = parseObjectKey(key);
    return this.#owners(key, parts?.namespace ?? "");
  }

  #owners(key: ObjectKey, namespace: string): ObjectKey[] {
    const service = this.#context.world.services.store.get(key);
    if (service === undefined) return this.#ownersOfGone(key);
    return (service.metadata.ownerReferences ?? []).map(({ apiVersion, kind, name }) =>
      formatObjectKey({ group: apiVersion.split("/")[0] ?? "", kind, namespace, name }),
    );
  }

  // A Service that someone deleted is made again by its owner, which its name leads back to.
  #ownersOfGone(key: ObjectKey): ObjectKey[] {
    const { namespace = "", name = "" } = parseObjectKey(key) ?? {};
    const { gateways, ingresses } = this.#context.world;
    const gateway = name.startsWith("cilium-gateway-");
    if (!gateway && !name.startsWith("cilium-ingress-")) return [];
    const candidates = gateway ? gateways.store.keys() : ingresses.store.keys();
    return [...candidates].filter((candidate) => parseObjectKey(candidate)?.namespace === namespace);
  }

  #coalesce(key: ObjectKey): void {
    if (this.#coalescing.has(key)) return;
    const timer = setTimeout(() => {
      this.#coalescing.delete(key);
      this.#add(key);
    }, COALESCE_MS);
    this.#coalescing.set(key, timer);
  }

  #add(key: ObjectKey): void {
    this.#queues.get(kindOf(key))?.add(key);
  }

  #queue(kind: string, reconcile: Reconcile, concurrency: number): WorkQueue<ObjectKey> {
    return new WorkQueue<ObjectKey>({
      work: (key) => reconcile(this.#context, key),
      concurrency,
      onError: (object, error, failures) => {
        this.#onError(kind);
        this.#context.log.warn("reconcile failed", { object, error, failures });
      },
      clock: this.#context.clock,
    });
  }
}

function kindOf(key: ObjectKey): string {
  return key.split("/", 2).join("/");
}

function classKey(group: string, kind: string, name: string): ObjectKey {
  return formatObjectKey({ group, kind, namespace: "", name });
}
