import { create } from "@bufbuild/protobuf";
import type { Chain, Socket } from "@fairlead/mesh-model";
import { ADS } from "./config-source.ts";
import { connectionManager } from "./connection-manager.ts";
import { duration, extension, type Fields, pack } from "./extension.ts";
import type { AddressSchema } from "./gen/envoy/config/core/v3/address_pb.js";
import { SocketOption_SocketState, type SocketOptionSchema } from "./gen/envoy/config/core/v3/socket_option_pb.js";
import type { FilterChainSchema, FilterSchema } from "./gen/envoy/config/listener/v3/listener_components_pb.js";
import { ListenerSchema } from "./gen/envoy/config/listener/v3/listener_pb.js";
import { TlsInspectorSchema } from "./gen/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector_pb.js";
import { HttpConnectionManagerSchema } from "./gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js";
import { TlsParameters_TlsProtocol } from "./gen/envoy/extensions/transport_sockets/tls/v3/common_pb.js";
import { DownstreamTlsContextSchema } from "./gen/envoy/extensions/transport_sockets/tls/v3/tls_pb.js";
import type { TranslateOptions } from "./options.ts";
import { type EnvoyResource, resource } from "./resource.ts";
import { TYPE_URL } from "./type-url.ts";

/** How much of a connection's data Envoy holds at most when the other side is slow; its advice for edge proxies. */
export const CONNECTION_BUFFER_BYTES = 32_768;

const SOL_SOCKET = 1n;
const SO_KEEPALIVE = 9n;
const IPPROTO_TCP = 6n;
const TCP_KEEPIDLE = 4n;
const TCP_KEEPINTVL = 5n;
const TCP_KEEPCNT = 6n;

/** A dead client is noticed after 10 s + 10 × 5 s; the figures users of Cilium's gateway know. */
const KEEPALIVE: Fields<typeof SocketOptionSchema>[] = [
  socketOption("keepalive", SOL_SOCKET, SO_KEEPALIVE, 1n),
  socketOption("keepalive idle seconds", IPPROTO_TCP, TCP_KEEPIDLE, 10n),
  socketOption("keepalive interval seconds", IPPROTO_TCP, TCP_KEEPINTVL, 5n),
  socketOption("keepalive probes", IPPROTO_TCP, TCP_KEEPCNT, 10n),
];

/**
 * The listener of a socket; it requires the certificates its chains name. Certificates that are not `usable` are left
 * out, and so are TLS chains without any: their clients are refused, the others served. Undefined: no chain is left, or
 * this node does not listen there.
 */
export function translateSocket(
  socket: Socket,
  options: TranslateOptions = {},
  usable: (certificate: string) => boolean = () => true,
): EnvoyResource | undefined {
  const chains = socket.chains.map((chain) => withUsable(chain, usable)).filter((chain) => chain !== undefined);
  const [first, ...others] = socket.addresses;
  if (chains.length === 0 || first === undefined) return undefined;
  const tls = chains.some((chain) => chain.tls !== undefined);
  const listener = create(ListenerSchema, {
    name: socket.name,
    address: socketAddress(first, socket.port),
    additionalAddresses: others.map((address) => ({ address: socketAddress(address, socket.port) })),
    listenerFilters: tls ? [tlsInspector()] : [],
    filterChains: chains.map((chain) => filterChain(chain, options, tls)),
    perConnectionBufferLimitBytes: CONNECTION_BUFFER_BYTES,
    socketOptions: KEEPALIVE,
  });
  const secrets = chains.flatMap((chain) => chain.tls?.certificates ?? []);
  return resource(
    TYPE_URL.listener,
    socket.name,
    ListenerSchema,
    listener,
    [...socket.sources, ...chains.flatMap((chain) => chain.sources)],
    secrets.map((name) => ({ typeUrl: TYPE_URL.secret, name })),
  );
}

function withUsable(chain: Chain, usable: (certificate: string) => boolean): Chain | undefined {
  if (chain.tls === undefined) return chain;
  const certificates = chain.tls.certificates.filter(usable);
  return certificates.length === 0 ? undefined : { ...chain, tls: { certificates } };
}

/** `besideTls`: a plain chain must not take a TLS connection whose server name is nobody's. */
function filterChain(chain: Chain, options: TranslateOptions, besideTls: boolean): Fields<typeof FilterChainSchema> {
  const base: Fields<typeof FilterChainSchema> = {
    name: chain.id,
    filters: [
      namedFilter(
        "envoy.filters.network.http_connection_manager",
        pack(HttpConnectionManagerSchema, connectionManager(chain, options)),
      ),
    ],
  };
  if (chain.tls === undefined) {
    return besideTls ? { ...base, filterChainMatch: { transportProtocol: "raw_buffer" } } : base;
  }
  return {
    ...base,
    filterChainMatch: { serverNames: [...chain.serverNames], transportProtocol: "tls" },
    transportSocketConnectTimeout: duration(10_000),
    transportSocket: transportSocket(chain.tls.certificates),
  };
}

function transportSocket(certificates: readonly string[]) {
  const { name, typedConfig } = extension("envoy.transport_sockets.tls", DownstreamTlsContextSchema, {
    commonTlsContext: {
      tlsParams: { tlsMinimumProtocolVersion: TlsParameters_TlsProtocol.TLSv1_2 },
      tlsCertificateSdsSecretConfigs: certificates.map((certificate) => ({ name: certificate, sdsConfig: ADS })),
      alpnProtocols: ["h2", "http/1.1"],
    },
  });
  return { name, configType: { case: "typedConfig" as const, value: typedConfig } };
}

function tlsInspector() {
  const { name, typedConfig } = extension("envoy.filters.listener.tls_inspector", TlsInspectorSchema, {});
  return { name, configType: { case: "typedConfig" as const, value: typedConfig } };
}

function namedFilter(name: string, value: ReturnType<typeof pack>): Fields<typeof FilterSchema> {
  return { name, configType: { case: "typedConfig", value } };
}

function socketAddress(address: string, port: number): Fields<typeof AddressSchema> {
  return {
    address: { case: "socketAddress", value: { address, portSpecifier: { case: "portValue", value: port } } },
  };
}

function socketOption(description: string, level: bigint, name: bigint, value: bigint) {
  return {
    description,
    level,
    name,
    value: { case: "intValue" as const, value },
    state: SocketOption_SocketState.STATE_PREBIND,
  };
}
