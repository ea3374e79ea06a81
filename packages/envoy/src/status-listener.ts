import { duration, extension, type Fields } from "./extension.ts";
import { Cluster_DiscoveryType, type ClusterSchema } from "./gen/envoy/config/cluster/v3/cluster_pb.js";
import type { AddressSchema } from "./gen/envoy/config/core/v3/address_pb.js";
import type { ListenerSchema } from "./gen/envoy/config/listener/v3/listener_pb.js";
import type { RouteSchema } from "./gen/envoy/config/route/v3/route_components_pb.js";
import { RouterSchema } from "./gen/envoy/extensions/filters/http/router/v3/router_pb.js";
import { HttpConnectionManagerSchema } from "./gen/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js";

type Address = Fields<typeof AddressSchema>;

const ADMIN_CLUSTER = "fairlead-admin";

/**
 * A listener for probes and Prometheus that passes on two pages of the admin interface and nothing else of it:
 * `/ready` and `/metrics`. It accepts once Envoy has its first configuration.
 */
export function statusListener(address: Address): Fields<typeof ListenerSchema> {
  const manager = extension("envoy.filters.network.http_connection_manager", HttpConnectionManagerSchema, {
    statPrefix: "status",
    routeSpecifier: {
      case: "routeConfig",
      value: {
        name: "fairlead-status",
        virtualHosts: [
          {
            name: "status",
            domains: ["*"],
            routes: [page("/ready", "/ready"), page("/metrics", "/stats/prometheus")],
          },
        ],
      },
    },
    httpFilters: [filter()],
  });
  return {
    name: "fairlead-status",
    address,
    // A node whose clients have used up all connections is still to be probed and measured.
    ignoreGlobalConnLimit: true,
    filterChains: [
      { filters: [{ name: manager.name, configType: { case: "typedConfig", value: manager.typedConfig } }] },
    ],
  };
}

/** The admin interface as a cluster, for {@link statusListener}. */
export function adminCluster(address: Address): Fields<typeof ClusterSchema> {
  return {
    name: ADMIN_CLUSTER,
    clusterDiscoveryType: { case: "type", value: Cluster_DiscoveryType.STATIC },
    connectTimeout: duration(1_000),
    loadAssignment: {
      clusterName: ADMIN_CLUSTER,
      endpoints: [{ lbEndpoints: [{ hostIdentifier: { case: "endpoint", value: { address } } }] }],
    },
  };
}

function page(path: string, of: string): Fields<typeof RouteSchema> {
  return {
    match: { pathSpecifier: { case: "path", value: path } },
    action: {
      case: "route",
      value: {
        clusterSpecifier: { case: "cluster", value: ADMIN_CLUSTER },
        // The path is known whole, so that its prefix is all of it.
        prefixRewrite: of,
        timeout: duration(10_000),
      },
    },
  };
}

function filter() {
  const { name, typedConfig } = extension("envoy.filters.http.router", RouterSchema, {});
  return { name, configType: { case: "typedConfig" as const, value: typedConfig } };
}
