import type { ObjectKey } from "@fairlead/kubernetes-types";
import type { Family, Group, Layer } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import type { HostAddresses } from "../host/nodes.ts";
import { ANY_HOST, compareSpecificity } from "../hosts.ts";
import type { Lookups } from "../ingest/lookups.ts";
import type { Chain } from "../model.ts";
import { compareAge } from "../precedence.ts";
import { compareChains, type SocketClaim, socketName } from "../socket.ts";
import { type AddressClaim, type TlsClaim, type TlsGrant, tlsChain } from "./scope.ts";

export interface IngressSocketOptions {
  readonly tlsClaims: Group<TlsClaim>;
  readonly addressClaims: Group<AddressClaim>;
  readonly certificates: Group<true>;
  /** Who wants a Secret, by `<namespace>/<secret>`. */
  readonly secretUsers: Group<ObjectKey>;
  readonly sockets: Group<SocketClaim>;
  /** Present: they listen on the nodes. */
  readonly hostAddresses?: Family<HostAddresses> | undefined;
  /** Takes this rank and the next. */
  readonly rank: number;
}

/**
 * Adds the sockets of Ingresses, one plain and one TLS per scope, or on the nodes one for both, and returns who serves each server name: the oldest
 * Ingress that claims it. Sources are the Ingresses that gave an address or a certificate, not all that are served:
 * one more Ingress on a shared address changes nothing here.
 */
export function addIngressSockets(graph: Graph, lookups: Lookups, options: IngressSocketOptions): Layer<TlsGrant> {
  const { rank } = options;
  const grantsByScope = graph.group<TlsGrant>("tls-grants-by-scope", rank);
  const addressesByScope = graph.group<AddressClaim>("ingress-addresses-by-scope", rank);
  const grants = graph.derive<ReadonlyMap<string, TlsClaim>, TlsGrant>({
    name: "tls-grant",
    rank,
    from: options.tlsClaims,
    compute: (_, members, scope) => {
      const winner = oldest(members);
      if (winner !== undefined) scope.emit(grantsByScope, winner.scope, winner);
      if (winner?.secret !== undefined) scope.emit(options.secretUsers, winner.secret, winner.key);
      return winner;
    },
  });
  graph.derive<ReadonlyMap<string, AddressClaim>, AddressClaim>({
    name: "ingress-address",
    rank,
    from: options.addressClaims,
    compute: (_, members, scope) => {
      const winner = oldest(members);
      if (winner !== undefined) scope.emit(addressesByScope, winner.scope, winner);
      return winner;
    },
  });
  graph.derive<ReadonlyMap<string, AddressClaim>, never>({
    name: "ingress-sockets",
    rank: rank + 1,
    from: addressesByScope,
    compute: (name, members, scope) => {
      const claims = [...members.values()].sort((a, b) => (a.address < b.address ? -1 : 1));
      const [first] = claims;
      if (first === undefined) return undefined;
      const host = first.hostPort === undefined ? undefined : options.hostAddresses;
      const { addresses, elsewhere } =
        host === undefined
          ? { addresses: claims.map(({ address }) => address), elsewhere: false }
          : (scope.read(host, "ingresses") ?? { addresses: [], elsewhere: false });
      if (addresses.length === 0 && !elsewhere) return undefined;
      const sources = [...new Set(claims.map(({ key }) => key))].sort();
      const claim = (port: number, chains: readonly Chain[]) => {
        const socket = { name: socketName(first.address, port), addresses, port, chains, sources };
        const all = [...new Set([...sources, ...chains.flatMap((chain) => chain.sources)])].sort();
        scope.emit(options.sockets, socket.name, { created: first.created, name, socket: { ...socket, sources: all } });
      };
      const plain: Chain = { id: `${name}/http`, serverNames: [], sources };
      const served = [...(scope.read(grantsByScope, name)?.values() ?? [])].filter(
        ({ secret }) => secret !== undefined && scope.read(lookups.certificates, secret)?.problem === undefined,
      );
      const chains = tlsChains(name, served);
      for (const chain of chains) {
        for (const secret of chain.tls?.certificates ?? []) scope.emit(options.certificates, secret, true);
      }
      if (first.hostPort !== undefined) {
        claim(first.hostPort, [plain, ...chains]);
      } else {
        claim(80, [plain]);
        if (chains.length > 0) claim(443, chains);
      }
      return undefined;
    },
  });
  return grants;
}

function tlsChains(scope: string, grants: readonly TlsGrant[]): Chain[] {
  const byChain = Map.groupBy(grants, ({ secret = "", host }) => tlsChain(scope, secret, host));
  return [...byChain]
    .map(([id, members]) => ({
      id,
      serverNames: members
        .map(({ host }) => host)
        .filter((host) => host !== ANY_HOST)
        .sort(compareSpecificity),
      tls: { certificates: [...new Set(members.flatMap(({ secret }) => secret ?? []))] },
      sources: [...new Set(members.map(({ key }) => key))].sort(),
    }))
    .sort(compareChains);
}

function oldest<T extends { readonly key: ObjectKey; readonly created: string }>(
  members: ReadonlyMap<string, T>,
): T | undefined {
  return [...members.values()].sort((a, b) =>
    compareAge({ created: a.created, name: a.key }, { created: b.created, name: b.key }),
  )[0];
}
