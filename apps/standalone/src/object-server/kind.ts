import { connectorPolicySchema } from "./connector-policy-schema.ts";
import { coreSchemas } from "./core-schema.ts";
import { gatewaySchemas } from "./gateway-schema.ts";
import { metadataSchema } from "./metadata-schema.ts";
import { routeSchemas } from "./route-schema.ts";
import { closed, type Schema, text } from "./schema.ts";

/** A kind this server keeps. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** Has a status of its own path: `spec` and `status` are written apart. */
  readonly hasStatus: boolean;
  /** Counts changes of everything but metadata and status. */
  readonly hasGeneration: boolean;
  /** An update must say which resourceVersion it replaces. */
  readonly needsResourceVersion: boolean;
  /** Paths a field selector may name besides those of metadata. */
  readonly fieldLabels: readonly string[];
  /** Of the whole object. */
  readonly schema: Schema;
}

interface KindOptions {
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly clusterScoped?: true;
  readonly hasStatus?: true;
  readonly hasGeneration?: true;
  readonly needsResourceVersion?: true;
  readonly fieldLabels?: readonly string[];
  readonly required?: readonly string[];
}

function kind(
  apiVersion: string,
  name: string,
  plural: string,
  members: Readonly<Record<string, Schema>>,
  options: KindOptions = {},
): Kind {
  const [group = "", version = ""] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  return {
    group,
    version,
    apiVersion,
    kind: name,
    plural,
    singular: name.toLowerCase(),
    shortNames: options.shortNames ?? [],
    categories: options.categories ?? [],
    namespaced: options.clusterScoped !== true,
    hasStatus: options.hasStatus === true,
    hasGeneration: options.hasGeneration === true,
    needsResourceVersion: options.needsResourceVersion === true,
    fieldLabels: options.fieldLabels ?? [],
    schema: closed({ apiVersion: text, kind: text, metadata: metadataSchema, ...members }, ...(options.required ?? [])),
  };
}

const core = (name: string) => coreSchemas[name] ?? {};
const gateway = {
  hasStatus: true,
  hasGeneration: true,
  needsResourceVersion: true,
  categories: ["gateway-api"],
  required: ["spec"],
} as const;
const about = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"];

/** Every kind, in the order discovery lists them. */
export const kinds: readonly Kind[] = [
  kind("v1", "ConfigMap", "configmaps", core("ConfigMap"), { shortNames: ["cm"] }),
  kind("v1", "Event", "events", core("Event"), {
    shortNames: ["ev"],
    fieldLabels: [...about.map((field) => `involvedObject.${field}`), "reason", "type", "source", "reportingComponent"],
  }),
  kind("v1", "Namespace", "namespaces", core("Namespace"), {
    shortNames: ["ns"],
    clusterScoped: true,
    hasStatus: true,
    fieldLabels: ["status.phase"],
  }),
  kind("v1", "Node", "nodes", core("Node"), {
    shortNames: ["no"],
    clusterScoped: true,
    hasStatus: true,
    fieldLabels: ["spec.unschedulable"],
  }),
  kind("v1", "Secret", "secrets", core("Secret"), { fieldLabels: ["type"] }),
  kind("v1", "Service", "services", core("Service"), {
    shortNames: ["svc"],
    categories: ["all"],
    hasStatus: true,
    fieldLabels: ["spec.type", "spec.clusterIP"],
  }),
  kind("coordination.k8s.io/v1", "Lease", "leases", core("Lease"), { needsResourceVersion: true }),
  kind("discovery.k8s.io/v1", "EndpointSlice", "endpointslices", core("EndpointSlice"), {
    hasGeneration: true,
    required: ["addressType", "endpoints"],
  }),
  kind("fairlead.dev/v1alpha1", "ConnectorPolicy", "connectorpolicies", connectorPolicySchema, {
    clusterScoped: true,
    hasGeneration: true,
    needsResourceVersion: true,
    required: ["spec"],
  }),
  kind("gateway.networking.k8s.io/v1", "GatewayClass", "gatewayclasses", gatewaySchemas.GatewayClass, {
    ...gateway,
    shortNames: ["gc"],
    clusterScoped: true,
  }),
  kind("gateway.networking.k8s.io/v1", "Gateway", "gateways", gatewaySchemas.Gateway, {
    ...gateway,
    shortNames: ["gtw"],
  }),
  kind("gateway.networking.k8s.io/v1", "HTTPRoute", "httproutes", routeSchemas.HTTPRoute, gateway),
  kind("gateway.networking.k8s.io/v1", "GRPCRoute", "grpcroutes", routeSchemas.GRPCRoute, gateway),
  kind("gateway.networking.k8s.io/v1beta1", "ReferenceGrant", "referencegrants", gatewaySchemas.ReferenceGrant, {
    shortNames: ["refgrant"],
    categories: ["gateway-api"],
    hasGeneration: true,
    needsResourceVersion: true,
  }),
  kind("networking.k8s.io/v1", "IngressClass", "ingressclasses", core("IngressClass"), {
    clusterScoped: true,
    hasGeneration: true,
  }),
  kind("networking.k8s.io/v1", "Ingress", "ingresses", core("Ingress"), {
    shortNames: ["ing"],
    hasStatus: true,
    hasGeneration: true,
  }),
];

const byPath = new Map(kinds.map((item) => [`${item.apiVersion}/${item.plural}`, item]));

/** The kind that is served under this version and plural. */
export function kindAt(apiVersion: string, plural: string): Kind | undefined {
  return byPath.get(`${apiVersion}/${plural}`);
}

/** The kind of an object's group and name, whatever version it was stored in. */
export function kindNamed(group: string, name: string): Kind | undefined {
  return kinds.find((item) => item.group === group && item.kind === name);
}
