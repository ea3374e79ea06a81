import type { Gateway, ObjectKey } from "@fairlead/kubernetes-types";
import type { Group, Layer } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import { ANY_HOST } from "../hosts.ts";
import type { Lookups } from "../ingest/lookups.ts";
import type { Sources } from "../ingest/sources.ts";
import type { Chain } from "../model.ts";
import { compareChains, type SocketClaim, socketName } from "../socket.ts";
import type { Verdict } from "../verdict.ts";
import type { GatewayShape } from "./gateways.ts";
import { isUsable, type ListenerShape } from "./listener.ts";
import { type CertificateValidity, readCertificates } from "./listener-certificates.ts";

/** What a Gateway serves right now. */
export interface GatewayServing {
  readonly addresses: readonly string[];
  /** In the order of the spec. */
  readonly listeners: readonly ListenerServing[];
}

export interface ListenerServing {
  readonly name: string;
  readonly resolvedRefs: Verdict;
  /** Whether it has all it takes but an address. */
  readonly ready: boolean;
  /** How long the certificates it serves are good for. */
  readonly validity: readonly CertificateValidity[];
}

export interface ServingOptions {
  readonly shapes: Layer<GatewayShape>;
  readonly sockets: Group<SocketClaim>;
  /** By `<namespace>/<secret>`. */
  readonly certificates: Group<true>;
  /** Who wants a Secret, by the same. */
  readonly secretUsers: Group<ObjectKey>;
  readonly rank: number;
}

/** Adds what Gateways serve: their certificates are looked up, their sockets claimed. */
export function addServing(
  graph: Graph,
  sources: Sources,
  lookups: Lookups,
  options: ServingOptions,
): Layer<GatewayServing> {
  return graph.derive<GatewayShape, GatewayServing>({
    name: "gateway-serving",
    rank: options.rank,
    from: options.shapes,
    compute: (id, shape, scope) => {
      const gateway = scope.read(sources.gateways, id);
      if (gateway === undefined) return undefined;
      const listeners = shape.listeners.map((listener) => {
        const tls = readCertificates(lookups, scope, shape.namespace, listener, gateway.spec.listeners[listener.index]);
        for (const name of tls.certificates) scope.emit(options.certificates, name, true);
        for (const name of tls.wanted) scope.emit(options.secretUsers, name, shape.key);
        const verdict = tls.problem ?? listener.kinds;
        const ready = isUsable(listener) && (listener.protocol === "HTTP" || tls.certificates.length > 0);
        return {
          shape: listener,
          certificates: tls.certificates,
          validity: tls.validity,
          ready,
          resolvedRefs: verdict,
        };
      });
      const addresses = readAddresses(gateway);
      const [first] = addresses;
      const ready = listeners.filter((listener) => listener.ready);
      for (const port of new Set(first === undefined ? [] : ready.map((listener) => listener.shape.port))) {
        const name = socketName(first ?? "", port);
        const chains = new Map<string, Chain>();
        for (const listener of ready) {
          if (listener.shape.port === port) chains.set(listener.shape.chain, toChain(shape, listener));
        }
        const socket = {
          name,
          addresses,
          port,
          chains: [...chains.values()].sort(compareChains),
          sources: [shape.key],
        };
        scope.emit(options.sockets, name, { created: shape.created, name: id, socket });
      }
      return {
        addresses,
        listeners: listeners.map(({ shape: { name }, ready, resolvedRefs, validity }) => ({
          name,
          resolvedRefs,
          ready,
          validity,
        })),
      };
    },
  });
}

function toChain(
  gateway: GatewayShape,
  listener: { readonly shape: ListenerShape; readonly certificates: readonly string[] },
): Chain {
  const { chain, host, protocol } = listener.shape;
  const sources = [gateway.key];
  if (protocol === "HTTP") return { id: chain, serverNames: [], sources };
  const serverNames = host === ANY_HOST ? [] : [host];
  return { id: chain, serverNames, tls: { certificates: listener.certificates }, sources };
}

function readAddresses(gateway: Gateway): string[] {
  const addresses = gateway.status?.addresses ?? [];
  return [...new Set(addresses.filter(({ type }) => (type ?? "IPAddress") === "IPAddress").map(({ value }) => value))];
}
