import { isDeepStrictEqual } from "node:util";
import { resources } from "@fairlead/kubernetes";
import { type KubernetesObject, type ObjectKey, objectKey, type Service } from "@fairlead/kubernetes-types";
import type { AddressBook, Assignment } from "../address/address-book.ts";
import {
  gatewayService,
  ingressService,
  isOurs,
  REQUESTED_ADDRESSES,
  serviceAddresses,
} from "../service/desired-service.ts";
import type { World } from "../world.ts";
import { type ControllerContext, FIELD_MANAGER, idOf } from "./context.ts";
import { holds, stamp } from "./stamp.ts";

/** Condition of a Service that says whether it got its addresses, as LB-IPAM writes it. */
export const IPAM_CONDITION = "cilium.io/IPAMRequestSatisfied";

/** Gives a Service of ours addresses of the pool and writes them into its status, and why there are not more. */
export async function reconcileAddress(context: ControllerContext, key: ObjectKey): Promise<undefined> {
  const { client, world, book, clock } = context;
  if (book === undefined) return;
  const service = world.services.store.get(key);
  if (service === undefined) {
    // A Service that comes again for an owner that stayed gets what it had.
    if (book.has(key) && !recordedAddresses(world, context.namespace).has(key)) book.forget(key);
    return;
  }
  if (!takesAddress(service)) return;
  const requested = (service.metadata.annotations?.[REQUESTED_ADDRESSES] ?? "")
    .split(",")
    .filter((text) => text !== "");
  const result = book.assign(key, { requested: requested.map((text) => text.trim()) });
  const { addresses } = result;
  const before = service.status;
  const conditions = stamp(before?.conditions, [describe(result)], clock.now());
  if (isDeepStrictEqual(serviceAddresses(service), addresses) && holds(before?.conditions, conditions)) return;
  const { name, namespace } = service.metadata;
  await client.applyStatus(
    resources.services,
    {
      apiVersion: service.apiVersion,
      kind: service.kind,
      metadata: { name, ...(namespace && { namespace }) },
      status: { loadBalancer: { ingress: addresses.map((ip) => ({ ip })) }, conditions },
    },
    { fieldManager: FIELD_MANAGER, force: true },
  );
  context.onStatusWritten(service.kind);
}

/** Fills a new book with what is on record: Services first, then what their owners say of themselves. */
export function observeAddresses(book: AddressBook, world: World, namespace: string): void {
  const services = [...world.services.store.list()].filter(takesAddress).sort(byAge);
  for (const service of services) book.observe(objectKey(service), serviceAddresses(service));
  for (const [key, addresses] of recordedAddresses(world, namespace)) book.observe(key, addresses);
}

// Key of the Service of every Gateway and Ingress of ours, with the addresses these have in their status.
function recordedAddresses({ gateways, ingresses, index }: World, namespace: string): Map<ObjectKey, string[]> {
  const recorded = new Map<ObjectKey, string[]>();
  const note = (service: Service, addresses: readonly string[]) => {
    const key = objectKey(service);
    recorded.set(key, [...(recorded.get(key) ?? []), ...addresses]);
  };
  for (const gateway of [...gateways.store.list()].sort(byAge)) {
    if (index.gateway(idOf(gateway)) === undefined) continue;
    note(
      gatewayService(gateway, []),
      (gateway.status?.addresses ?? []).map(({ value }) => value),
    );
  }
  for (const ingress of [...ingresses.store.list()].sort(byAge)) {
    const view = index.ingress(idOf(ingress));
    if (view === undefined) continue;
    note(ingressService(view.mode === "dedicated" ? { ingress } : { namespace }), view.addresses);
  }
  return recorded;
}

function takesAddress(service: Service): boolean {
  return isOurs(service) && service.spec?.type === "LoadBalancer" && service.spec.loadBalancerClass === undefined;
}

function describe({ problem }: Assignment) {
  return problem === undefined
    ? { type: IPAM_CONDITION, status: "True" as const, reason: "satisfied", message: "" }
    : { type: IPAM_CONDITION, status: "False" as const, reason: problem.reason, message: problem.message };
}

function byAge(a: KubernetesObject, b: KubernetesObject): number {
  const age = (object: KubernetesObject) => `${object.metadata.creationTimestamp ?? ""}|${idOf(object)}`;
  return age(a) < age(b) ? -1 : 1;
}
