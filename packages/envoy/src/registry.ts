import { createRegistry, fromBinary, type JsonValue, toJson } from "@bufbuild/protobuf";
import { ClusterSchema } from "./gen/envoy/config/cluster/v3/cluster_pb.js";
import { ClusterLoadAssignmentSchema } from "./gen/envoy/config/endpoint/v3/endpoint_pb.js";
import { ListenerSchema } from "./gen/envoy/config/listener/v3/listener_pb.js";
import { RouteConfigurationSchema } from "./gen/envoy/config/route/v3/route_pb.js";
import { ScopedRouteConfigurationSchema } from "./gen/envoy/config/route/v3/scoped_route_pb.js";
import { FileAccessLogSchema } from "./gen/envoy/extensions/access_loggers/file/v3/file_pb.js";
import { StdoutAccessLogSchema } from "./gen/envoy/extensions/access_loggers/stream/v3/stream_pb.js";
import { CorsPolicySchema, CorsSchema } from "./gen/envoy/extensions/filters/http/cors/v3/cors_pb.js";
import { LuaSchema } from "./gen/envoy/extensions/filters/http/lua/v3/lua_pb.js";
import { RouterSchema } from "./gen/envoy/extensions/filters/http/router/v3/router_pb.js";
import { TlsInspectorSchema } from "./gen/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector_pb.js";
import { HttpConnectionManagerSchema } from "./gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js";
import { HeaderMutationSchema } from "./gen/envoy/extensions/http/early_header_mutation/header_mutation/v3/header_mutation_pb.js";
import { DownstreamConnectionsConfigSchema } from "./gen/envoy/extensions/resource_monitors/downstream_connections/v3/downstream_connections_pb.js";
import { FixedHeapConfigSchema } from "./gen/envoy/extensions/resource_monitors/fixed_heap/v3/fixed_heap_pb.js";
import { PreviousHostsPredicateSchema } from "./gen/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb.js";
import { SecretSchema } from "./gen/envoy/extensions/transport_sockets/tls/v3/secret_pb.js";
import { DownstreamTlsContextSchema } from "./gen/envoy/extensions/transport_sockets/tls/v3/tls_pb.js";
import { HttpProtocolOptionsSchema } from "./gen/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js";
import type { EnvoyResource } from "./resource.ts";
import { TYPE_URL, type TypeUrl } from "./type-url.ts";

const RESOURCES = {
  [TYPE_URL.listener]: ListenerSchema,
  [TYPE_URL.route]: RouteConfigurationSchema,
  [TYPE_URL.scope]: ScopedRouteConfigurationSchema,
  [TYPE_URL.cluster]: ClusterSchema,
  [TYPE_URL.endpoints]: ClusterLoadAssignmentSchema,
  [TYPE_URL.secret]: SecretSchema,
} satisfies Record<TypeUrl, unknown>;

/** Every message we put into a `google.protobuf.Any`, which JSON shows in full. */
export const REGISTRY = createRegistry(
  ...Object.values(RESOURCES),
  CorsPolicySchema,
  CorsSchema,
  DownstreamConnectionsConfigSchema,
  DownstreamTlsContextSchema,
  FileAccessLogSchema,
  FixedHeapConfigSchema,
  HeaderMutationSchema,
  HttpConnectionManagerSchema,
  HttpProtocolOptionsSchema,
  LuaSchema,
  PreviousHostsPredicateSchema,
  RouterSchema,
  StdoutAccessLogSchema,
  TlsInspectorSchema,
);

const REDACTED = "[redacted]";

/** A resource's content in the shape of Envoy's own configuration files, for people to read. Private keys are left out. */
export function resourceJson({ typeUrl, body }: EnvoyResource): JsonValue {
  if (typeUrl === TYPE_URL.secret) {
    const secret = fromBinary(SecretSchema, body);
    if (secret.type.case === "tlsCertificate") {
      const key = secret.type.value.privateKey;
      if (key) key.specifier = { case: "inlineString", value: REDACTED };
    }
    return toJson(SecretSchema, secret, { registry: REGISTRY, useProtoFieldName: true });
  }
  const schema = RESOURCES[typeUrl];
  return toJson(schema, fromBinary(schema, body), { registry: REGISTRY, useProtoFieldName: true });
}
