import { envBoolean, envLabels, envNamespaces, envPort } from "@fairlead/core";
import { DEFAULT_HOST_LISTENER_PORT, ENVOY_METRICS_PORT } from "@fairlead/mesh-model";
import { z } from "zod";

/** The variables that say how objects are read, for the schema of an app's settings. */
export const meshVariables = {
  /** Also answer for the classes named `cilium`. */
  FAIRLEAD_COMPAT_CILIUM_CLASSES: envBoolean.default(false),
  /** Whether hosts of an Ingress that have TLS redirect plain HTTP to HTTPS when its annotations say nothing. */
  FAIRLEAD_INGRESS_FORCE_HTTPS: envBoolean.default(true),
  /** One address for all Ingresses or one each, when their annotations say nothing. */
  FAIRLEAD_INGRESS_LOAD_BALANCER_MODE: z.enum(["shared", "dedicated"]).default("shared"),
  /** Namespaces whose Secrets may be read, for certificates. */
  FAIRLEAD_SECRET_NAMESPACES: envNamespaces,
  /** Gateways listen on the nodes' own addresses, whatever their status says. */
  FAIRLEAD_GATEWAY_HOST_NETWORK: envBoolean.default(false),
  /** Labels of the nodes that do, as `zone=a,team=red`; empty: all. */
  FAIRLEAD_GATEWAY_HOST_NETWORK_NODES: envLabels,
  /** Ingresses listen on the nodes' own addresses. */
  FAIRLEAD_INGRESS_HOST_NETWORK: envBoolean.default(false),
  /** Labels of the nodes that do; empty: all. */
  FAIRLEAD_INGRESS_HOST_NETWORK_NODES: envLabels,
  /** Port of the shared Ingresses there, for HTTP and HTTPS alike. */
  FAIRLEAD_INGRESS_HOST_NETWORK_PORT: envPort.min(1).default(DEFAULT_HOST_LISTENER_PORT),
  /** Where every node's Envoy has its metrics; no listener gets this port. */
  FAIRLEAD_ENVOY_METRICS_PORT: envPort.min(1).default(ENVOY_METRICS_PORT),
};

const variables = z.object(meshVariables);

/** What is read of {@link meshVariables}. */
export type MeshVariables = z.output<typeof variables>;
