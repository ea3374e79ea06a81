import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { ANY_HOST, intersectHosts, normalizeHost } from "@fairlead/mesh-model";
import { asGateway, asIngress, asRoute, gatewayIdOf, idOf } from "./read-object.ts";

/**
 * Where objects meet: those that name the same place may take requests from each other. `parent` is a Gateway
 * (`<namespace>/<name>`), or empty for Ingresses. Without a host it is every place of the parent.
 */
export interface Place {
  readonly parent: string;
  readonly host?: string;
}

/** The hosts of a Gateway's listeners; undefined when there is no such Gateway. */
export type ListenerHosts = (gateway: string) => readonly string[] | undefined;

/** The parent of all Ingresses. */
export const INGRESS_PARENT = "";

/** Hosts of a Gateway's listeners, each once. */
export function listenerHosts(object: KubernetesObject): string[] {
  const listeners = asGateway(object)?.spec.listeners ?? [];
  return [...new Set(listeners.map(({ hostname }) => normalizeHost(hostname)))];
}

/** The host tables an object takes part in; a Gateway takes part in all of its own. */
export function placesOf(object: KubernetesObject, listeners: ListenerHosts): Place[] {
  if (asGateway(object) !== undefined) return [{ parent: idOf(object) }];
  const ingress = asIngress(object);
  if (ingress !== undefined) return ingressHosts(object).map((host) => ({ parent: INGRESS_PARENT, host }));
  return parentsOf(object).flatMap((parent) => {
    const hosts = routeHosts(object);
    const own = listeners(parent);
    if (own === undefined) return hosts.map((host) => ({ parent, host }));
    const tables = own.flatMap((listener) => hosts.flatMap((host) => intersectHosts(listener, host) ?? []));
    return [...new Set(tables)].map((host) => ({ parent, host }));
  });
}

/**
 * What others must say of themselves to meet an object: their parent and one of their own hosts. Besides the host of
 * a table these are the wider ones that a listener of just that host cuts down to it.
 */
export function meetingPlaces(object: KubernetesObject, listeners: ListenerHosts): Place[] {
  return placesOf(object, listeners).flatMap((place) => {
    const { parent, host } = place;
    if (host === undefined || listeners(parent)?.includes(host) !== true) return [place];
    return widerHosts(host).map((wider) => ({ parent, host: wider }));
  });
}

/** Ids of the Gateways a route names, each once. */
export function parentsOf(object: KubernetesObject): string[] {
  const refs = asRoute(object)?.spec.parentRefs ?? [];
  return [...new Set(refs.flatMap((ref) => gatewayIdOf(ref, object.metadata.namespace ?? "") ?? []))];
}

function routeHosts(object: KubernetesObject): string[] {
  const hosts = (asRoute(object)?.spec.hostnames ?? []).map(normalizeHost);
  return hosts.length === 0 ? [ANY_HOST] : [...new Set(hosts)];
}

function ingressHosts(object: KubernetesObject): string[] {
  const spec = asIngress(object)?.spec;
  const hosts = (spec?.rules ?? []).map(({ host }) => normalizeHost(host));
  // A default backend answers on hosts that no rule names.
  return [...new Set(spec?.defaultBackend === undefined ? hosts : [...hosts, ANY_HOST])];
}

/** A host and every wildcard over it, `*` last. */
function widerHosts(host: string): string[] {
  if (host === ANY_HOST) return [ANY_HOST];
  const labels = host.split(".");
  const from = host.startsWith("*.") ? 2 : 1;
  const wildcards = labels.slice(from).map((_, index) => `*.${labels.slice(from + index).join(".")}`);
  return [host, ...wildcards, ANY_HOST];
}
