import {
  type AllowedRoutes,
  GATEWAY_GROUP,
  type GatewayListener,
  type RouteGroupKind,
} from "@fairlead/kubernetes-types";
import { normalizeHost } from "../hosts.ts";
import { ROUTE_KINDS } from "../route/route-kind.ts";
import { negative, positive, type Verdict } from "../verdict.ts";

/** A listener as far as routes and tables depend on it: nothing of certificates or addresses. */
export interface ListenerShape {
  readonly name: string;
  readonly index: number;
  readonly port: number;
  readonly protocol: string;
  /** `*` when it names none. */
  readonly host: string;
  /** Id of its chain; several plain HTTP listeners of a port share one. */
  readonly chain: string;
  readonly namespaces: NonNullable<AllowedRoutes["namespaces"]>;
  readonly supportedKinds: readonly RouteGroupKind[];
  readonly accepted: Verdict;
  readonly conflicted: Verdict;
  /** Negative when a kind is allowed that this protocol does not route. */
  readonly kinds: Verdict;
}

const ROUTED: readonly RouteGroupKind[] = ROUTE_KINDS.map((kind) => ({ group: GATEWAY_GROUP, kind }));
const PROTOCOLS = ["HTTP", "HTTPS"];

/** The listeners of a Gateway, in the order of its spec, judged for themselves and against each other. */
export function shapeListeners(owner: string, listeners: readonly GatewayListener[]): ListenerShape[] {
  return listeners.map((listener, index) => {
    const conflict = findConflict(listener, listeners);
    const { supported, verdict: kinds } = judgeKinds(listener);
    const plain = listener.protocol === "HTTP";
    return {
      name: listener.name,
      index,
      port: listener.port,
      protocol: listener.protocol,
      host: normalizeHost(listener.hostname),
      chain: plain ? `${owner}/${listener.port}` : `${owner}/${listener.port}/${listener.name}`,
      namespaces: listener.allowedRoutes?.namespaces ?? {},
      supportedKinds: supported,
      accepted: judgeAcceptance(listener, conflict),
      conflicted: conflict ?? negative("NoConflicts", "No other listener has the same port and hostname"),
      kinds,
    };
  });
}

/** Whether traffic reaches this listener at all, certificates aside. */
export function isUsable(listener: ListenerShape): boolean {
  return listener.accepted.status === "True";
}

function judgeAcceptance(listener: GatewayListener, conflict: Verdict | undefined): Verdict {
  if (!PROTOCOLS.includes(listener.protocol)) {
    return negative("UnsupportedProtocol", `Protocol ${listener.protocol} is not supported; use HTTP or HTTPS`);
  }
  if (conflict !== undefined) return negative(conflict.reason, conflict.message);
  if (listener.protocol === "HTTPS" && listener.tls?.mode === "Passthrough") {
    return negative("Invalid", "An HTTPS listener terminates TLS; tls.mode Passthrough needs protocol TLS");
  }
  return positive("Accepted", "Listener accepted");
}

// Gateway API: none of the listeners that cannot be told apart may win.
function findConflict(listener: GatewayListener, all: readonly GatewayListener[]): Verdict | undefined {
  if (!PROTOCOLS.includes(listener.protocol)) return undefined;
  const others = all.filter((other) => other !== listener && other.port === listener.port);
  const protocol = others.find((other) => PROTOCOLS.includes(other.protocol) && other.protocol !== listener.protocol);
  if (protocol !== undefined) {
    return positive(
      "ProtocolConflict",
      `Listener ${protocol.name} uses port ${listener.port} for ${protocol.protocol}`,
    );
  }
  const host = normalizeHost(listener.hostname);
  const same = others.find((other) => other.protocol === listener.protocol && normalizeHost(other.hostname) === host);
  return (
    same &&
    positive("HostnameConflict", `Listener ${same.name} has the same port ${listener.port} and hostname ${host}`)
  );
}

function judgeKinds(listener: GatewayListener): { supported: RouteGroupKind[]; verdict: Verdict } {
  const fine = positive("ResolvedRefs", "All references are resolved");
  if (!PROTOCOLS.includes(listener.protocol)) return { supported: [], verdict: fine };
  const asked = listener.allowedRoutes?.kinds ?? [];
  if (asked.length === 0) return { supported: [...ROUTED], verdict: fine };
  const isAsked = ({ kind }: RouteGroupKind) =>
    asked.some((candidate) => (candidate.group ?? GATEWAY_GROUP) === GATEWAY_GROUP && candidate.kind === kind);
  const other = asked.find(
    ({ group = GATEWAY_GROUP, kind }) => !ROUTED.some((routed) => routed.group === group && routed.kind === kind),
  );
  return {
    supported: ROUTED.filter(isAsked),
    verdict:
      other === undefined
        ? fine
        : negative(
            "InvalidRouteKinds",
            `A listener of protocol ${listener.protocol} does not route kind ${other.kind}`,
          ),
  };
}
