import { GATEWAY_GROUP, type ParentReference } from "@fairlead/kubernetes-types";
import { type GatewayShape, listenerOf } from "../gateway/gateways.ts";
import { isUsable, type ListenerShape } from "../gateway/listener.ts";
import { ANY_HOST, intersectHosts, normalizeHost } from "../hosts.ts";
import { selectorMatches } from "../label-selector.ts";
import { negative, positive, type Verdict } from "../verdict.ts";

/** Where a route's rules go: one table per placement. */
export interface Placement {
  readonly listener: ListenerShape;
  readonly host: string;
}

/** What came of one parent reference. */
export interface Attachment {
  readonly accepted: Verdict;
  /** Names of the listeners it is attached to. */
  readonly listeners: readonly string[];
  readonly placements: readonly Placement[];
}

/** What of a route decides where it may attach. */
export interface AttachingRoute {
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
      ? `allows no HTTPRoute of namespace ${route.namespace}`
      : "has no accepted listener that serves HTTPRoutes";
    return refuse("NotAllowedByListeners", `${describe(gateway, reference)} ${reason}`);
  }
  const hosts = route.hostnames.length === 0 ? [ANY_HOST] : route.hostnames.map(normalizeHost);
  const matching = open
    .map((listener) => ({ listener, hosts: hosts.flatMap((host) => intersectHosts(listener.host, host) ?? []) }))
    .filter((match) => match.hosts.length > 0);
  if (matching.length === 0) {
    const message = `No hostname of the route (${hosts.join(", ")}) matches one of ${describe(gateway, reference)}`;
    return refuse("NoMatchingListenerHostname", message);
  }
  return {
    accepted: positive("Accepted", "Accepted HTTPRoute"),
    listeners: matching.map(({ listener }) => listener.name),
    // A host belongs to the most specific listener of its port (isolation): what another one covers is not ours to serve.
    placements: matching.flatMap(({ listener, hosts }) =>
      hosts
        .filter((host) => listenerOf(gateway.listeners, listener.port, host) === listener)
        .map((host) => ({ listener, host })),
    ),
  };
}

function allows(listener: ListenerShape, gateway: GatewayShape, route: AttachingRoute): boolean {
  if (listener.supportedKinds.length === 0) return false;
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
  return { accepted: negative(reason, message), listeners: [], placements: [] };
}

function describe(gateway: GatewayShape, { sectionName, port }: ParentReference): string {
  let text = `Gateway ${gateway.id}`;
  if (sectionName !== undefined) text += ` listener ${sectionName}`;
  if (port !== undefined) text += ` port ${port}`;
  return text;
}
