import { GATEWAY_GROUP, type ParentReference } from "@fairlead/kubernetes-types";
import { type GatewayShape, listenerOf } from "../gateway/gateways.ts";
import { isUsable, type ListenerShape } from "../gateway/listener.ts";
import { ANY_HOST, compareSpecificity, intersectHosts, normalizeHost } from "../hosts.ts";
import { selectorMatches } from "../label-selector.ts";
import { negative, positive, type Verdict } from "../verdict.ts";
import type { RouteKind } from "./route-kind.ts";

/** Where a route's rules go: one table per placement. */
export interface Placement {
  readonly listener: ListenerShape;
  readonly host: string;
  /** The most specific hostname of the route that leads there; `*` when it names none. */
  readonly hostname: string;
}

/** What came of one parent reference. */
export interface Attachment {
  readonly accepted: Verdict;
  /** The listeners it is attached to, by name, each with the hosts it has in common with the route. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  readonly placements: readonly Placement[];
}

/** What of a route decides where it may attach. */
export interface AttachingRoute {
  readonly kind: RouteKind;
  readonly namespace: string;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly hostnames: readonly string[];
}

/** Whether a parent reference names a Gateway, ours or not. */
export function isGatewayReference({ group = GATEWAY_GROUP, kind = "Gateway" }: ParentReference): boolean {
  return group === GATEWAY_GROUP && kind === "Gateway";
}

/** Attaches a route to the listeners of one Gateway that a parent reference selects. */
export function attach(route: AttachingRoute, gateway: GatewayShape, reference: ParentReference): Attachment {
  const selected = gateway.listeners.filter(
    ({ name, port }) => (reference.sectionName ?? name) === name && (reference.port ?? port) === port,
  );
  if (selected.length === 0) return refuse("NoMatchingParent", `${describe(gateway, reference)} has no such listener`);
  const open = selected.filter((listener) => isUsable(listener) && allows(listener, gateway, route));
  if (open.length === 0) {
    const reason = selected.some(isUsable)
      ? `allows no ${route.kind} of namespace ${route.namespace}`
      : `has no accepted listener that serves ${route.kind}s`;
    return refuse("NotAllowedByListeners", `${describe(gateway, reference)} ${reason}`);
  }
  const hosts = route.hostnames.length === 0 ? [ANY_HOST] : route.hostnames.map(normalizeHost);
  const matching = open
    .map((listener) => ({ listener, hosts: commonHosts(listener, hosts) }))
    .filter((match) => match.hosts.size > 0);
  if (matching.length === 0) {
    const message = `No hostname of the route (${hosts.join(", ")}) matches one of ${describe(gateway, reference)}`;
    return refuse("NoMatchingListenerHostname", message);
  }
  return {
    accepted: positive("Accepted", `Accepted ${route.kind}`),
    hosts: new Map(matching.map((match) => [match.listener.name, [...match.hosts.keys()]])),
    // A host belongs to the most specific listener of its port (isolation): what another one covers is not ours to serve.
    placements: matching.flatMap(({ listener, hosts }) =>
      [...hosts]
        .filter(([host]) => listenerOf(gateway.listeners, listener.port, host) === listener)
        .map(([host, hostname]) => ({ listener, host, hostname })),
    ),
  };
}

/** The hosts that a listener and the hostnames of a route have in common, each with the hostname it comes from. */
function commonHosts(listener: ListenerShape, hostnames: readonly string[]): Map<string, string> {
  const common = new Map<string, string>();
  for (const hostname of [...hostnames].sort(compareSpecificity)) {
    const host = intersectHosts(listener.host, hostname);
    if (host !== undefined && !common.has(host)) common.set(host, hostname);
  }
  return common;
}

function allows(listener: ListenerShape, gateway: GatewayShape, route: AttachingRoute): boolean {
  if (!listener.supportedKinds.some(({ kind }) => kind === route.kind)) return false;
  const { from = "Same", selector } = listener.namespaces;
  switch (from) {
    case "All":
      return true;
    case "Same":
      return route.namespace === gateway.namespace;
    case "Selector":
      return selectorMatches(selector, route.namespaceLabels);
    default:
      return false;
  }
}

function refuse(reason: string, message: string): Attachment {
  return { accepted: negative(reason, message), hosts: new Map(), placements: [] };
}

function describe(gateway: GatewayShape, { sectionName, port }: ParentReference): string {
  let text = `Gateway ${gateway.id}`;
  if (sectionName !== undefined) text += ` listener ${sectionName}`;
  if (port !== undefined) text += ` port ${port}`;
  return text;
}
