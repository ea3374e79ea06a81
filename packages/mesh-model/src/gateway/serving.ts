import type { Gateway, ObjectKey } from "@fairlead/kubernetes-types";
import type { Family, Group, Layer, Scope } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import { type HostNetwork, hostPool } from "../host/host-network.ts";
import type { HostAddresses } from "../host/nodes.ts";
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
  /** This node is none of those that listen, so it waits for no address. */
  readonly elsewhere?: true;
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
  /** Present: Gateways listen on the nodes. */
  readonly host?: HostNetwork | undefined;
  readonly hostAddresses?: Family<HostAddresses> | undefined;
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
      const { addresses, pool, elsewhere } = placeOf(gateway, scope, options);
      const ready = listeners.filter((listener) => listener.ready);
      for (const port of new Set(pool === undefined ? [] : ready.map((listener) => listener.shape.port))) {
        const name = socketName(pool ?? "", port);
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
        ...(elsewhere && { elsewhere }),
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

/** Where a Gateway listens, and what its sockets are called after; `pool` undefined: it has no address yet. */
function placeOf(
  gateway: Gateway,
  scope: Scope,
  { host, hostAddresses }: ServingOptions,
): { readonly addresses: readonly string[]; readonly pool?: string | undefined; readonly elsewhere?: true } {
  if (host?.gateways === undefined || hostAddresses === undefined) {
    const addresses = readAddresses(gateway);
    return { addresses, pool: addresses[0] };
  }
  const { addresses = [], elsewhere = false } = scope.read(hostAddresses, "gateways") ?? {};
  if (elsewhere) return { addresses: [], pool: hostPool(host, "gateways"), elsewhere };
  return { addresses, pool: addresses.length === 0 ? undefined : hostPool(host, "gateways") };
}

function readAddresses(gateway: Gateway): string[] {
  const addresses = gateway.status?.addresses ?? [];
  return [...new Set(addresses.filter(({ type }) => (type ?? "IPAddress") === "IPAddress").map(({ value }) => value))];
}
