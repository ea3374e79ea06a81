import {
  COMPAT_GATEWAY_CLASS,
  COMPAT_INGRESS_CLASS,
  GATEWAY_CLASS,
  GATEWAY_GROUP,
  INGRESS_CLASS,
  type KubernetesObject,
  NETWORKING_GROUP,
  type ObjectKey,
  objectKey,
} from "@fairlead/kubernetes-types";
import { writtenMode } from "../ingress/annotations.ts";
import { compareText } from "../precedence.ts";
import { referredSecrets, referredServices } from "./referred.ts";

/** Objects with what was missing filled in. */
export interface AssumedObjects {
  readonly objects: readonly KubernetesObject[];
  /** What was filled in, in words, sorted. */
  readonly assumed: readonly string[];
}

type Draft = KubernetesObject & Readonly<Record<string, unknown>>;

/**
 * Fills in what a set of manifests leaves to the cluster, so that routing can be told from it: our classes, addresses of
 * Gateways and Ingresses, and the Services that routes lead to. Certificates that are not there are for the index to assume.
 */
export function assumeMissing(objects: Iterable<KubernetesObject>): AssumedObjects {
  const given = new Map<ObjectKey, KubernetesObject>([...objects].map((object) => [objectKey(object), object]));
  const assumed: string[] = [];
  const all = new Map<ObjectKey, KubernetesObject>();
  for (const object of CLASSES) all.set(objectKey(object), object);
  let next = 2;
  for (const [key, object] of given) {
    const address = `${TEST_NET}.${next}`;
    const served = withAddress(object, address);
    if (served === undefined) {
      all.set(key, object);
      continue;
    }
    if (!isSharedIngress(object)) next++;
    all.set(key, served);
    if (object.kind === "Gateway") assumed.push(`${name(object)} has an address`);
  }
  for (const [service, ports] of referredServices(given.values())) {
    const [namespace = "", serviceName = ""] = service.split("/");
    const object: Draft = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { namespace, name: serviceName },
      spec: { ports },
    };
    if (given.has(objectKey(object))) continue;
    all.set(objectKey(object), object);
    assumed.push(`Service ${service} exists and has endpoints`);
  }
  for (const secret of referredSecrets(given.values())) {
    if (!given.has(`/Secret/${secret}`)) assumed.push(`Secret ${secret} holds a certificate that can be served`);
  }
  return { objects: [...all.values()], assumed: assumed.sort(compareText) };
}

/** Addresses that belong to nobody (RFC 5737). */
const TEST_NET = "192.0.2";
/** All shared Ingresses have one. */
const SHARED_ADDRESS = `${TEST_NET}.1`;

const CLASSES: readonly Draft[] = [
  ...[GATEWAY_CLASS, COMPAT_GATEWAY_CLASS].map((one) => ({
    apiVersion: `${GATEWAY_GROUP}/v1`,
    kind: "GatewayClass",
    metadata: { name: one.class },
    spec: { controllerName: one.controller },
  })),
  ...[INGRESS_CLASS, COMPAT_INGRESS_CLASS].map((one) => ({
    apiVersion: `${NETWORKING_GROUP}/v1`,
    kind: "IngressClass",
    metadata: { name: one.class },
    spec: { controller: one.controller },
  })),
];

/** Undefined: the object has an address, or is none that needs one. */
function withAddress(object: KubernetesObject, address: string): Draft | undefined {
  const status = "status" in object ? JSON.stringify(object.status) : "";
  if (object.kind === "Gateway" && !status.includes('"addresses":[{')) {
    return { ...object, status: { addresses: [{ type: "IPAddress", value: address }] } };
  }
  if (object.kind === "Ingress" && !status.includes('"ip":')) {
    const ip = isSharedIngress(object) ? SHARED_ADDRESS : address;
    return { ...object, status: { loadBalancer: { ingress: [{ ip }] } } };
  }
  return undefined;
}

function isSharedIngress({ kind, metadata: { annotations = {} } }: KubernetesObject): boolean {
  return kind === "Ingress" && writtenMode(annotations) !== "dedicated";
}

function name({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}
