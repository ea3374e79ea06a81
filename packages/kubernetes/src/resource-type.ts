import type {
  ConfigMap,
  EndpointSlice,
  Gateway,
  GatewayClass,
  GRPCRoute,
  HTTPRoute,
  Ingress,
  IngressClass,
  KubernetesEvent,
  KubernetesObject,
  Lease,
  Namespace,
  Node,
  ReferenceGrant,
  Secret,
  Service,
} from "@fairlead/kubernetes-types";

/** Where the API server serves a kind, and the type of its objects. */
export interface ResourceType<T extends KubernetesObject = KubernetesObject> {
  /** Empty for core. */
  readonly group: string;
  readonly version: string;
  /** `<group>/<version>`, or just the version for core. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Lower case, as in the path. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Never set: it only carries the type of the kind's objects. */
  readonly object?: T;
}

/** Describes a kind; `apiVersion` follows from group and version. */
export function defineResource<T extends KubernetesObject>(
  description: Omit<ResourceType<T>, "apiVersion" | "object">,
): ResourceType<T> {
  const { group, version } = description;
  return { ...description, apiVersion: group === "" ? version : `${group}/${version}` };
}

const core = { group: "", version: "v1" };
const gateway = { group: "gateway.networking.k8s.io", version: "v1" };
const networking = { group: "networking.k8s.io", version: "v1" };

/** The kinds we read and write. */
export const resources = {
  namespaces: defineResource<Namespace>({ ...core, kind: "Namespace", plural: "namespaces", namespaced: false }),
  nodes: defineResource<Node>({ ...core, kind: "Node", plural: "nodes", namespaced: false }),
  services: defineResource<Service>({ ...core, kind: "Service", plural: "services", namespaced: true }),
  secrets: defineResource<Secret>({ ...core, kind: "Secret", plural: "secrets", namespaced: true }),
  configMaps: defineResource<ConfigMap>({ ...core, kind: "ConfigMap", plural: "configmaps", namespaced: true }),
  events: defineResource<KubernetesEvent>({ ...core, kind: "Event", plural: "events", namespaced: true }),
  endpointSlices: defineResource<EndpointSlice>({
    group: "discovery.k8s.io",
    version: "v1",
    kind: "EndpointSlice",
    plural: "endpointslices",
    namespaced: true,
  }),
  leases: defineResource<Lease>({
    group: "coordination.k8s.io",
    version: "v1",
    kind: "Lease",
    plural: "leases",
    namespaced: true,
  }),
  ingresses: defineResource<Ingress>({ ...networking, kind: "Ingress", plural: "ingresses", namespaced: true }),
  ingressClasses: defineResource<IngressClass>({
    ...networking,
    kind: "IngressClass",
    plural: "ingressclasses",
    namespaced: false,
  }),
  gatewayClasses: defineResource<GatewayClass>({
    ...gateway,
    kind: "GatewayClass",
    plural: "gatewayclasses",
    namespaced: false,
  }),
  gateways: defineResource<Gateway>({ ...gateway, kind: "Gateway", plural: "gateways", namespaced: true }),
  httpRoutes: defineResource<HTTPRoute>({ ...gateway, kind: "HTTPRoute", plural: "httproutes", namespaced: true }),
  grpcRoutes: defineResource<GRPCRoute>({ ...gateway, kind: "GRPCRoute", plural: "grpcroutes", namespaced: true }),
  referenceGrants: defineResource<ReferenceGrant>({
    ...gateway,
    version: "v1beta1",
    kind: "ReferenceGrant",
    plural: "referencegrants",
    namespaced: true,
  }),
} as const;

const byKind = new Map<string, ResourceType>(
  Object.values(resources).map((resource) => [`${resource.group}/${resource.kind}`, resource]),
);

/** The kind we know by this group and name, whatever the version; undefined when we do not. */
export function findResource(group: string, kind: string): ResourceType | undefined {
  return byKind.get(`${group}/${kind}`);
}

/** The path of a collection, of an object when `name` is given, or of its subresource. Names are percent-encoded. */
export function resourcePath(
  resource: ResourceType,
  where: { readonly namespace?: string; readonly name?: string; readonly subresource?: string },
): string {
  let path = resource.group === "" ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`;
  if (resource.namespaced && where.namespace !== undefined)
    path += `/namespaces/${encodeURIComponent(where.namespace)}`;
  path += `/${resource.plural}`;
  if (where.name !== undefined) path += `/${encodeURIComponent(where.name)}`;
  return where.subresource === undefined ? path : `${path}/${where.subresource}`;
}
