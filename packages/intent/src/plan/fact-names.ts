import {
  COMPAT_GATEWAY_CLASS,
  COMPAT_INGRESS_CLASS,
  GATEWAY_CLASS,
  GATEWAY_GROUP,
  type HTTPRouteFilter,
  INGRESS_CLASS,
  type KubernetesObject,
  NETWORKING_GROUP,
  objectKey,
} from "@fairlead/kubernetes-types";
import { asGateway, asIngress, asRoute } from "./read-object.ts";

/**
 * Under which name a fact is looked up: objects that are asked for by name by their key, the others by what all of them
 * have in common. Undefined: nothing asks for it by name.
 */
export function factName({ kind, metadata }: KubernetesObject): string | undefined {
  switch (kind) {
    case "GatewayClass":
      return classOf(metadata.name);
    case "IngressClass":
      return INGRESS_CLASSES;
    case "Service":
      return serviceOf(`${metadata.namespace ?? ""}/${metadata.name}`);
    case "Namespace":
      return namespaceOf(metadata.name);
    case "ReferenceGrant":
      return grantsOf(metadata.namespace ?? "");
    default:
      return undefined;
  }
}

/** Names of the facts that decide where an object stands among others. */
export function placeFacts(object: KubernetesObject): string[] {
  const gateway = asGateway(object);
  if (gateway !== undefined) return [classOf(gateway.spec.gatewayClassName)];
  if (asIngress(object) !== undefined) return [INGRESS_CLASSES];
  return [namespaceOf(object.metadata.namespace ?? "")];
}

/** Names of the facts that an object refers to. */
export function referredFacts(object: KubernetesObject): string[] {
  const own = object.metadata.namespace ?? "";
  const elsewhere = (namespaces: readonly (string | undefined)[]) =>
    namespaces.flatMap((namespace) => (namespace === undefined || namespace === own ? [] : [grantsOf(namespace)]));
  const gateway = asGateway(object);
  if (gateway !== undefined) {
    return elsewhere(
      gateway.spec.listeners.flatMap(({ tls }) => tls?.certificateRefs?.map((ref) => ref.namespace) ?? []),
    );
  }
  const ingress = asIngress(object);
  if (ingress !== undefined) {
    const { defaultBackend, rules = [] } = ingress.spec;
    const backends = [defaultBackend, ...rules.flatMap(({ http }) => http?.paths.map(({ backend }) => backend) ?? [])];
    return backends.flatMap((backend) => (backend?.service ? [serviceOf(`${own}/${backend.service.name}`)] : []));
  }
  const rules = asRoute(object)?.spec.rules ?? [];
  const refs = rules.flatMap(({ backendRefs = [], filters = [] }) => [
    ...backendRefs,
    ...mirrors([...filters, ...backendRefs.flatMap((ref) => ref.filters ?? [])]),
  ]);
  const services = refs.map(({ namespace, name }) => serviceOf(`${namespace ?? own}/${name}`));
  return [...services, ...elsewhere(refs.map(({ namespace }) => namespace))];
}

/**
 * The keys of the facts that a plan asks for by name: what tells of the objects it changes and of their neighbours, and
 * what they refer to. It asks for classes and ReferenceGrants besides.
 */
export function factKeys(
  changed: readonly KubernetesObject[],
  neighbours: readonly KubernetesObject[],
): readonly string[] {
  const keys = new Set<string>();
  for (const object of [...changed, ...neighbours]) {
    keys.add(objectKey(object));
    keys.add(`/Namespace//${object.metadata.namespace ?? ""}`);
  }
  for (const name of changed.flatMap(referredFacts)) {
    if (name.startsWith(SERVICE)) keys.add(`/Service/${name.slice(SERVICE.length)}`);
  }
  return [...keys].sort();
}

/** What stands for the facts of a cluster that has reported none: the classes it will have. */
export function presumedFacts(): KubernetesObject[] {
  return [
    ...[GATEWAY_CLASS, COMPAT_GATEWAY_CLASS].map(({ class: name, controller }) => {
      const spec = { controllerName: controller };
      return { apiVersion: `${GATEWAY_GROUP}/v1`, kind: "GatewayClass", metadata: { name }, spec };
    }),
    ...[INGRESS_CLASS, COMPAT_INGRESS_CLASS].map(({ class: name, controller }) => {
      const spec = { controller };
      return { apiVersion: `${NETWORKING_GROUP}/v1`, kind: "IngressClass", metadata: { name }, spec };
    }),
  ];
}

const SERVICE = "service ";
const INGRESS_CLASSES = "ingress classes";

function classOf(name: string): string {
  return `gateway class ${name}`;
}

function serviceOf(id: string): string {
  return `${SERVICE}${id}`;
}

function namespaceOf(name: string): string {
  return `namespace ${name}`;
}

function grantsOf(namespace: string): string {
  return `grants of ${namespace}`;
}

function mirrors(filters: readonly HTTPRouteFilter[]) {
  return filters.flatMap(({ requestMirror }) => (requestMirror === undefined ? [] : [requestMirror.backendRef]));
}
