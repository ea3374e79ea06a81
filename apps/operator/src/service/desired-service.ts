import {
  GATEWAY_NAME_LABEL,
  type Gateway,
  type Ingress,
  type KubernetesObject,
  MANAGED_BY_LABEL,
  type OwnerReference,
  type Service,
} from "@fairlead/kubernetes-types";
import { gatewayServiceName, ingressServiceName, SHARED_INGRESS_SERVICE, shorten } from "./names.ts";

/** Value of the managed-by label of everything the operator makes. */
const OPERATOR = "fairlead-operator";

/** Annotation with the addresses asked for, comma separated; LB-IPAM's own. */
export const REQUESTED_ADDRESSES = "lbipam.cilium.io/ips";

const INGRESS_LABEL = "cilium.io/ingress";

/** Whether a Service is to get addresses of its own, or only names what listens on the nodes' addresses; as Cilium's are. */
export type ServiceUse = "LoadBalancer" | "ClusterIP";

/** The Service a Gateway is reached by: a port for each port of its listeners. */
export function gatewayService(gateway: Gateway, ports: readonly number[], type: ServiceUse = "LoadBalancer"): Service {
  const { name, namespace } = gateway.metadata;
  const { labels, annotations } = gateway.spec.infrastructure ?? {};
  const requested = (gateway.spec.addresses ?? []).flatMap(({ type = "IPAddress", value }) =>
    type === "IPAddress" && value !== undefined ? [value] : [],
  );
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: gatewayServiceName(name),
      ...(namespace !== undefined && { namespace }),
      labels: { ...labels, [MANAGED_BY_LABEL]: OPERATOR, [GATEWAY_NAME_LABEL]: shorten(name) },
      annotations: {
        ...(requested.length > 0 && { [REQUESTED_ADDRESSES]: requested.join(",") }),
        ...annotations,
      },
      ownerReferences: [ownerReference(gateway)],
    },
    spec: {
      type,
      ports: [...new Set(ports)].sort((a, b) => a - b).map((port) => ({ name: `port-${port}`, protocol: "TCP", port })),
    },
  };
}

/** The Service of a dedicated Ingress, or without one that of all shared ones. */
export function ingressService(
  owner: { readonly ingress: Ingress } | { readonly namespace: string },
  type: ServiceUse = "LoadBalancer",
): Service {
  const place =
    "ingress" in owner
      ? {
          name: ingressServiceName(owner.ingress.metadata.name),
          namespace: owner.ingress.metadata.namespace ?? "",
          ownerReferences: [ownerReference(owner.ingress)],
        }
      : { name: SHARED_INGRESS_SERVICE, namespace: owner.namespace };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { ...place, labels: { [MANAGED_BY_LABEL]: OPERATOR, [INGRESS_LABEL]: "true" } },
    spec: {
      type,
      ports: [
        { name: "http", protocol: "TCP", port: 80 },
        { name: "https", protocol: "TCP", port: 443 },
      ],
    },
  };
}

/** Whether a Service is one the operator made. */
export function isOurs(service: Service): boolean {
  return service.metadata.labels?.[MANAGED_BY_LABEL] === OPERATOR;
}

/** Whether a Service belongs to this very object. */
export function isOwnedBy(service: Service, owner: KubernetesObject): boolean {
  return service.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
}

/** Whether all that we say of a Service is so already; what others said of it does not count. */
export function isUpToDate(live: Service, desired: Service): boolean {
  const holds = (all: Readonly<Record<string, string>> = {}, some: Readonly<Record<string, string>> = {}) =>
    Object.entries(some).every(([name, value]) => all[name] === value);
  const ports = (service: Service) =>
    JSON.stringify((service.spec?.ports ?? []).map(({ name, port, protocol = "TCP" }) => [name, port, protocol]));
  return (
    holds(live.metadata.labels, desired.metadata.labels) &&
    holds(live.metadata.annotations, desired.metadata.annotations) &&
    (live.metadata.annotations?.[REQUESTED_ADDRESSES] ?? "") ===
      (desired.metadata.annotations?.[REQUESTED_ADDRESSES] ?? "") &&
    live.spec?.type === desired.spec?.type &&
    ports(live) === ports(desired)
  );
}

/** The addresses a Service is reached by. */
export function serviceAddresses(service: Service | undefined): string[] {
  return (service?.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
}

function ownerReference({ apiVersion, kind, metadata }: KubernetesObject): OwnerReference {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? "", controller: true, blockOwnerDeletion: true };
}
