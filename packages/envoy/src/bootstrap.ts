import { create, type JsonValue, toJson } from "@bufbuild/protobuf";
import { duration, extension, type Fields, pack } from "./extension.ts";
import { type BootstrapSchema as Bootstrap, BootstrapSchema } from "./gen/envoy/config/bootstrap/v3/bootstrap_pb.js";
import { Cluster_DiscoveryType, type ClusterSchema } from "./gen/envoy/config/cluster/v3/cluster_pb.js";
import type { AddressSchema } from "./gen/envoy/config/core/v3/address_pb.js";
import {
  ApiConfigSource_ApiType,
  type ApiConfigSourceSchema,
  ApiVersion,
  type ConfigSourceSchema,
} from "./gen/envoy/config/core/v3/config_source_pb.js";
import type { OverloadManagerSchema } from "./gen/envoy/config/overload/v3/overload_pb.js";
import { DownstreamConnectionsConfigSchema } from "./gen/envoy/extensions/resource_monitors/downstream_connections/v3/downstream_connections_pb.js";
import { FixedHeapConfigSchema } from "./gen/envoy/extensions/resource_monitors/fixed_heap/v3/fixed_heap_pb.js";
import { HttpProtocolOptionsSchema } from "./gen/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js";
import { REGISTRY } from "./registry.ts";
import { adminCluster, statusListener } from "./status-listener.ts";

/** Where something listens: a path in the file system, or a TCP address. */
export type Endpoint = { readonly path: string } | { readonly address: string; readonly port: number };

/** What a node's Envoy is started with. */
export interface BootstrapOptions {
  /** Name of the node; Envoy says it to the discovery server. */
  readonly node: string;
  /** Unix socket of the discovery server (the agent). */
  readonly xdsSocketPath: string;
  /** Envoy's admin interface, which shows everything: a Unix socket only its owner can open, or loopback. */
  readonly admin: Endpoint;
  /** Where `/ready` and `/metrics` are served besides, to anyone. Default: nowhere. */
  readonly status?: Endpoint;
  /** Heap at which Envoy begins to shed load (bytes). Default: no limit. */
  readonly maxHeapBytes?: number;
  /** Client connections at once over all listeners. Default 50,000. */
  readonly maxConnections?: number;
}

const XDS_CLUSTER = "fairlead-agent";

/**
 * The configuration file of a stock Envoy, as JSON. All else comes over one aggregated delta stream. Worker threads
 * are set on the command line (`--concurrency`).
 */
export function bootstrap(options: BootstrapOptions): JsonValue {
  const { status } = options;
  const admin = endpointAddress(options.admin);
  const message = create(BootstrapSchema, {
    node: { id: options.node, cluster: "fairlead" },
    admin: { address: admin },
    dynamicResources: { adsConfig: ads(), ldsConfig: fromAds(), cdsConfig: fromAds() },
    staticResources: {
      listeners: status === undefined ? [] : [statusListener(endpointAddress(status))],
      clusters: [xdsCluster(options.xdsSocketPath), ...(status === undefined ? [] : [adminCluster(admin)])],
    },
    layeredRuntime: runtime(),
    overloadManager: overloadManager(options),
    ...stats(),
  });
  return toJson(BootstrapSchema, message, { registry: REGISTRY, useProtoFieldName: true });
}

function ads(): Fields<typeof ApiConfigSourceSchema> {
  return {
    apiType: ApiConfigSource_ApiType.DELTA_GRPC,
    transportApiVersion: ApiVersion.V3,
    setNodeOnFirstMessageOnly: true,
    grpcServices: [
      {
        targetSpecifier: {
          case: "envoyGrpc",
          value: {
            clusterName: XDS_CLUSTER,
            // The agent is on the same node and back within a second or two of a restart.
            retryPolicy: { retryBackOff: { baseInterval: duration(100), maxInterval: duration(1_000) } },
          },
        },
      },
    ],
  };
}

/** Without a time limit: an Envoy that does not know its listeners is not ready, and must not say so. */
function fromAds(): Fields<typeof ConfigSourceSchema> {
  return {
    resourceApiVersion: ApiVersion.V3,
    configSourceSpecifier: { case: "ads", value: {} },
    initialFetchTimeout: duration(0),
  };
}

function xdsCluster(path: string): Fields<typeof ClusterSchema> {
  return {
    name: XDS_CLUSTER,
    clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.STATIC },
    connectTimeout: duration(1_000),
    loadAssignment: {
      clusterName: XDS_CLUSTER,
      endpoints: [
        { lbEndpoints: [{ hostIdentifier: { case: "endpoint", value: { address: endpointAddress({ path }) } } }] },
      ],
    },
    typedExtensionProtocolOptions: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": pack(HttpProtocolOptionsSchema, {
        upstreamProtocolOptions: {
          case: "explicitHttpConfig",
          value: {
            protocolConfig: {
              case: "http2ProtocolOptions",
              // Notices an agent that hangs without closing its socket.
              value: { connectionKeepalive: { interval: duration(10_000), timeout: duration(5_000) } },
            },
          },
        },
      }),
    },
  };
}

/** Patterns are measured before they are sent, with one measure for operator and node; Envoy's own would come second. */
function runtime(): Fields<typeof Bootstrap>["layeredRuntime"] & object {
  return {
    layers: [
      {
        name: "fairlead",
        layerSpecifier: {
          case: "staticLayer",
          value: { "re2.max_program_size.error_level": 0x7fffffff, "re2.max_program_size.warn_level": 0x7fffffff },
        },
      },
    ],
  };
}

function overloadManager({
  maxConnections = 50_000,
  maxHeapBytes,
}: BootstrapOptions): Fields<typeof OverloadManagerSchema> {
  const connections = monitor(
    "envoy.resource_monitors.global_downstream_max_connections",
    DownstreamConnectionsConfigSchema,
    {
      maxActiveDownstreamConnections: BigInt(maxConnections),
    },
  );
  if (maxHeapBytes === undefined) return { resourceMonitors: [connections] };
  return {
    refreshInterval: duration(250),
    resourceMonitors: [
      connections,
      monitor("envoy.resource_monitors.fixed_heap", FixedHeapConfigSchema, { maxHeapSizeBytes: BigInt(maxHeapBytes) }),
    ],
    actions: [
      heapAction("envoy.overload_actions.shrink_heap", 0.92),
      heapAction("envoy.overload_actions.stop_accepting_requests", 0.97),
    ],
  };
}

function heapAction(name: string, value: number) {
  const triggerOneof = { case: "threshold" as const, value: { value } };
  return { name, triggers: [{ name: "envoy.resource_monitors.fixed_heap", triggerOneof }] };
}

function monitor(...args: Parameters<typeof extension>) {
  const { name, typedConfig } = extension(...args);
  return { name, configType: { case: "typedConfig" as const, value: typedConfig } };
}

/** A cluster has some 150 counters, most of them zero for ever: those of one are made when it is first used, and rarely read ones never. */
function stats(): Pick<Fields<typeof Bootstrap>, "statsConfig" | "deferredStatOptions"> {
  const KEPT = [
    "cluster_manager.",
    "control_plane.",
    "http.",
    "listener.",
    "listener_manager.",
    "overload.",
    "server.",
  ].map((value) => ({ matchPattern: { case: "prefix" as const, value } }));
  const CLUSTER = {
    matchPattern: {
      case: "safeRegex" as const,
      value: {
        regex: String.raw`cluster\..*\.(membership_.*|outlier_detection\..*active|update_(success|rejected)|upstream_(cx_(active|total|connect_fail|connect_timeout)|rq_(active|total|time|timeout|retry|pending_overflow|[1-5]xx|[1-5]\d\d)))`,
      },
    },
  };
  return {
    deferredStatOptions: { enableDeferredCreationStats: true },
    statsConfig: {
      statsMatcher: { statsMatcher: { case: "inclusionList", value: { patterns: [...KEPT, CLUSTER] } } },
    },
  };
}

function endpointAddress(endpoint: Endpoint): Fields<typeof AddressSchema> {
  if ("path" in endpoint) return { address: { case: "pipe", value: { path: endpoint.path, mode: 0o600 } } };
  const { address, port } = endpoint;
  return { address: { case: "socketAddress", value: { address, portSpecifier: { case: "portValue", value: port } } } };
}
