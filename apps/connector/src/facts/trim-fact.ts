import {
  DEFAULT_INGRESS_CLASS_ANNOTATION,
  type EndpointSlice,
  type GatewayClass,
  INGRESS_CLASS_ANNOTATION,
  type IngressClass,
  type KubernetesObject,
  type Node,
  type ObjectMeta,
  type ReferenceGrant,
  SERVICE_NAME_LABEL,
  type Service,
} from "@fairlead/kubernetes-types";
import { nodeFacts } from "@fairlead/mesh-model";

/** Endpoints of a slice that are told; Kubernetes itself puts 100 into one. */
const MAX_ENDPOINTS = 250;

/** Annotation of a trimmed EndpointSlice: how many endpoints were left out. */
const ENDPOINTS_LEFT_OUT = "fairlead.dev/endpoints-left-out";

/** A trimmed object; each kind has some of these. */
interface TrimmedObject extends KubernetesObject {
  readonly spec?: object;
  readonly status?: object;
  readonly addressType?: string;
  readonly endpoints?: readonly object[];
  readonly ports?: readonly object[];
}

/** Annotations of an Ingress that say how it is served. */
const INGRESS_ANNOTATION = /^(ingress\.cilium\.io\/|io\.cilium\.ingress\/)/;

/**
 * An object with just the fields the mesh model reads, so that what does not matter there costs nothing when it changes
 * and does not leave the cluster. `isOurs`: the cloud wrote it and knows its spec; then only what the cluster adds to it
 * is left. Undefined: it means nothing to the mesh.
 */
export function trimFact(object: KubernetesObject, isOurs: boolean): TrimmedObject | undefined {
  if (isNode(object))
    return { ...head(object, { labels: object.metadata.labels }), status: nodeFacts(object).status ?? {} };
  if (isNamespace(object)) return head(object, { labels: object.metadata.labels });
  if (isService(object)) return trimService(object);
  if (isEndpointSlice(object)) return trimSlice(object);
  if (isReferenceGrant(object)) return { ...head(object), ...pick(object.spec, ["from", "to"]) };
  if (isGatewayClass(object)) return { ...head(object), ...pick(object.spec, ["controllerName", "parametersRef"]) };
  if (isIngressClass(object)) {
    const annotations = only(object.metadata.annotations, (name) => name === DEFAULT_INGRESS_CLASS_ANNOTATION);
    const { creationTimestamp } = object.metadata;
    return { ...head(object, { annotations, creationTimestamp }), ...pick(object.spec ?? {}, ["controller"]) };
  }
  if (!ROUTING_KINDS.has(object.kind)) return undefined;
  const { creationTimestamp } = object.metadata;
  const status = trimStatus(object);
  if (isOurs) return { ...head(object, { creationTimestamp }), ...status };
  const annotations = only(
    object.metadata.annotations,
    (name) => name === INGRESS_CLASS_ANNOTATION || INGRESS_ANNOTATION.test(name),
  );
  return { ...head(object, { annotations, creationTimestamp }), spec: specOf(object), ...status };
}

const ROUTING_KINDS = new Set(["Gateway", "HTTPRoute", "GRPCRoute", "Ingress"]);

function trimService(service: Service): TrimmedObject {
  const { type, ports, ipFamilies } = service.spec ?? {};
  const addresses = (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip ? [{ ip }] : []));
  const spec = {
    ...(type !== undefined && { type }),
    ...(ports && {
      ports: ports.map((port) => defined(port, ["name", "protocol", "appProtocol", "port", "targetPort"])),
    }),
    ...(ipFamilies && { ipFamilies }),
  };
  return { ...head(service), spec, ...(addresses.length > 0 && { status: { loadBalancer: { ingress: addresses } } }) };
}

function trimSlice(slice: EndpointSlice): TrimmedObject | undefined {
  const service = slice.metadata.labels?.[SERVICE_NAME_LABEL];
  if (service === undefined) return undefined;
  const endpoints = (slice.endpoints ?? []).flatMap(({ addresses, conditions }) => {
    const [first] = addresses;
    if (first === undefined) return [];
    return [{ addresses: [first], ...(conditions?.ready === false && { conditions: { ready: false } }) }];
  });
  const leftOut = endpoints.length - MAX_ENDPOINTS;
  const annotations = leftOut > 0 ? { [ENDPOINTS_LEFT_OUT]: `${leftOut}` } : undefined;
  return {
    ...head(slice, { labels: { [SERVICE_NAME_LABEL]: service }, annotations }),
    addressType: slice.addressType,
    endpoints: endpoints.slice(0, MAX_ENDPOINTS),
    ...(slice.ports && { ports: slice.ports.map((port) => defined(port, ["name", "protocol", "port"])) }),
  };
}

/** The addresses of a Gateway or an Ingress. */
function trimStatus(object: KubernetesObject): object {
  if (!("status" in object) || !isRecord(object.status)) return {};
  const { addresses, loadBalancer } = object.status;
  if (Array.isArray(addresses) && addresses.length > 0) {
    return { status: { addresses: addresses.map((address) => defined(address, ["type", "value"])) } };
  }
  const ingress = isRecord(loadBalancer) ? loadBalancer.ingress : undefined;
  if (!Array.isArray(ingress) || ingress.length === 0) return {};
  return { status: { loadBalancer: { ingress: ingress.map((address) => defined(address, ["ip"])) } } };
}

/** What every trimmed object has, and these of its metadata where they are there. */
function head(
  object: KubernetesObject,
  metadata: { readonly [F in "labels" | "annotations" | "creationTimestamp"]?: ObjectMeta[F] | undefined } = {},
): KubernetesObject {
  const { name, namespace } = object.metadata;
  const kept = Object.entries(metadata).filter(([, value]) => value !== undefined);
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { name, ...(namespace !== undefined && { namespace }), ...Object.fromEntries(kept) },
  };
}

function pick<T extends object>(spec: T, names: readonly (keyof T & string)[]): { readonly spec: object } {
  return { spec: defined(spec, names) };
}

/** These fields of an object where they have a value, in this order. */
function defined<T extends object>(object: T, names: readonly (keyof T & string)[]): object {
  return Object.fromEntries(names.flatMap((name) => (object[name] === undefined ? [] : [[name, object[name]]])));
}

function only(
  annotations: Readonly<Record<string, string>> | undefined,
  isKept: (name: string) => boolean,
): Readonly<Record<string, string>> | undefined {
  const kept = Object.entries(annotations ?? {}).filter(([name]) => isKept(name));
  return kept.length === 0 ? undefined : Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function specOf(object: KubernetesObject): object {
  return "spec" in object && isRecord(object.spec) ? object.spec : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isNode(object: KubernetesObject): object is Node {
  return object.kind === "Node";
}

function isNamespace(object: KubernetesObject): boolean {
  return object.kind === "Namespace";
}

function isService(object: KubernetesObject): object is Service {
  return object.kind === "Service";
}

function isEndpointSlice(object: KubernetesObject): object is EndpointSlice {
  return object.kind === "EndpointSlice";
}

function isReferenceGrant(object: KubernetesObject): object is ReferenceGrant {
  return object.kind === "ReferenceGrant" && "spec" in object;
}

function isGatewayClass(object: KubernetesObject): object is GatewayClass {
  return object.kind === "GatewayClass" && "spec" in object;
}

function isIngressClass(object: KubernetesObject): object is IngressClass {
  return object.kind === "IngressClass";
}
