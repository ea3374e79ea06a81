import { ANY_HOST, coversHost } from "../hosts.ts";
import type { Origin, RespondAction, Route, ValueMatch } from "../model.ts";
import type { TablePart } from "../table.ts";
import type { GatewayShape } from "./gateways.ts";
import { isUsable, type ListenerShape } from "./listener.ts";

/**
 * The tables a Gateway has without any route. A listener's own hostname has one, so that what no route takes is 404
 * and falls to no other listener. Under TLS a client may ask, on a connection made for one listener, for a host of another
 * one (HTTP/2 reuses connections for all names of a certificate): that is answered 421, upon which the client makes a
 * connection of its own (`GatewayListener.hostname`, RFC 9110 §15.5.20).
 */
export function ownTables(gateway: GatewayShape): TablePart[] {
  const usable = gateway.listeners.filter(isUsable);
  return usable.flatMap((listener) => {
    const part = { chain: listener.chain, object: gateway.key, fallback: true };
    const own: TablePart = { ...part, host: listener.host, routes: [] };
    const others = usable.filter((other) => other.port === listener.port && other.chain !== listener.chain);
    const within = others.filter(({ host }) => coversHost(listener.host, host));
    const elsewhere = others.filter(({ host }) => !coversHost(listener.host, host));
    const misdirected = (other: ListenerShape, headers: readonly ValueMatch[]) => ({
      // The host that is named in full before any wildcard; which of them answers makes no difference.
      rank: [headers.length === 0 ? 1 : 0, other.index],
      route: misdirectedRoute(gateway, other, headers),
    });
    return [
      own,
      ...within.map((other): TablePart => ({ ...part, host: other.host, routes: [misdirected(other, [])] })),
      ...(elsewhere.length === 0
        ? []
        : [
            {
              ...part,
              host: ANY_HOST,
              routes: elsewhere.map((other) => misdirected(other, hostCondition(gateway, other))),
            },
          ]),
    ];
  });
}

const MISDIRECTED: RespondAction = { type: "respond", status: 421, body: "" };

function misdirectedRoute(gateway: GatewayShape, other: ListenerShape, headers: readonly ValueMatch[]): Route {
  const origin = originOf(gateway, other);
  return {
    name: `Gateway/${gateway.id}/${other.name}/misdirected`,
    origin,
    match: { path: { type: "prefix", value: "/", origin }, headers, queryParams: [] },
    action: MISDIRECTED,
  };
}

/** What the Host header of a request for a listener is like, in any case, with or without a port. */
function hostCondition(gateway: GatewayShape, other: ListenerShape): ValueMatch[] {
  if (other.host === ANY_HOST) return [];
  const text = other.host.replace(/^\*/, "").replaceAll(".", "\\.");
  const value = `(?i)${other.host.startsWith("*") ? "[^:]+" : ""}${text}\\.?(?::[0-9]+)?`;
  return [{ name: "host", type: "regex", value, origin: originOf(gateway, other) }];
}

function originOf(gateway: GatewayShape, { index }: ListenerShape): Origin {
  return { object: gateway.key, field: `spec.listeners[${index}].hostname` };
}
