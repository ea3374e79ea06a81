import { create } from "@bufbuild/protobuf";
import type { Backend, UpstreamProtocol } from "@fairlead/mesh-model";
import { ADS } from "./config-source.ts";
import { duration, pack } from "./extension.ts";
import { Cluster_DiscoveryType, Cluster_LbPolicy, ClusterSchema } from "./gen/envoy/config/cluster/v3/cluster_pb.js";
import { RoutingPriority } from "./gen/envoy/config/core/v3/base_pb.js";
import { ClusterLoadAssignmentSchema } from "./gen/envoy/config/endpoint/v3/endpoint_pb.js";
import { HttpProtocolOptionsSchema } from "./gen/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js";
import { CONNECTION_BUFFER_BYTES } from "./listener.ts";
import { type EnvoyResource, resource } from "./resource.ts";
import { TYPE_URL } from "./type-url.ts";

const PROTOCOL_OPTIONS = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
const UNLIMITED = 0xffffffff;

/** The cluster of a backend and its endpoints. The endpoints require the cluster, which asks for them. */
export function translateBackend(backend: Backend): EnvoyResource[] {
  return [cluster(backend), endpoints(backend)];
}

function cluster({ name, protocol, sources }: Backend): EnvoyResource {
  const message = create(ClusterSchema, {
    name,
    clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.EDS },
    edsClusterConfig: { edsConfig: ADS },
    connectTimeout: duration(5_000),
    lbPolicy: Cluster_LbPolicy.ROUND_ROBIN,
    typedExtensionProtocolOptions: {
      [PROTOCOL_OPTIONS]: pack(HttpProtocolOptionsSchema, {
        commonHttpProtocolOptions: { idleTimeout: duration(60_000) },
        upstreamProtocolOptions: { case: "explicitHttpConfig", value: { protocolConfig: protocolConfig(protocol) } },
      }),
    },
    perConnectionBufferLimitBytes: CONNECTION_BUFFER_BYTES,
    // Envoy's defaults (1,024 at once) would answer 503 well below what one node carries; a user's limits come as policy.
    circuitBreakers: {
      thresholds: [
        {
          priority: RoutingPriority.DEFAULT,
          maxConnections: UNLIMITED,
          maxPendingRequests: UNLIMITED,
          maxRequests: UNLIMITED,
          maxRetries: 128,
        },
      ],
    },
    // A backend's own 5xx answers and failed connections are counted apart.
    outlierDetection: { splitExternalLocalOriginErrors: true },
  });
  return resource(TYPE_URL.cluster, name, ClusterSchema, message, sources);
}

function endpoints({ name, endpoints, sources }: Backend): EnvoyResource {
  const message = create(ClusterLoadAssignmentSchema, {
    clusterName: name,
    endpoints:
      endpoints.length === 0 ? [] : [{ lbEndpoints: endpoints.map(({ address, port }) => lbEndpoint(address, port)) }],
  });
  const clusterKey = { typeUrl: TYPE_URL.cluster, name };
  return resource(TYPE_URL.endpoints, name, ClusterLoadAssignmentSchema, message, sources, [clusterKey]);
}

function lbEndpoint(address: string, port: number) {
  const portSpecifier = { case: "portValue" as const, value: port };
  return {
    hostIdentifier: {
      case: "endpoint" as const,
      value: { address: { address: { case: "socketAddress" as const, value: { address, portSpecifier } } } },
    },
  };
}

/** Stated and never negotiated: a Service port says what it speaks (`appProtocol`). WebSockets begin as HTTP/1.1. */
function protocolConfig(protocol: UpstreamProtocol) {
  return protocol === "http2"
    ? { case: "http2ProtocolOptions" as const, value: {} }
    : { case: "httpProtocolOptions" as const, value: {} };
}
