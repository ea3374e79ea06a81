import { envBoolean, envLabels, envNamespaces, envPort, readConfig } from "@fairlead/core";
import { DEFAULT_HOST_LISTENER_PORT, ENVOY_METRICS_PORT } from "@fairlead/mesh-model";
import { z } from "zod";
import { parsePool } from "./address/pool.ts";

const schema = z.object({
  /** Standalone: give Services of type LoadBalancer addresses from this IPv4 range; without it someone else does. */
  FAIRLEAD_ADDRESS_POOL: z
    .string()
    .refine((text) => parsePool(text) !== undefined, "an IPv4 range such as 127.77.0.0/24")
    .optional(),
  /** Take turns with other replicas by a Lease. Default: in a pod yes, elsewhere no. */
  FAIRLEAD_LEADER_ELECTION: envBoolean.optional(),
  /** Also answer for the classes named `cilium`. */
  FAIRLEAD_COMPAT_CILIUM_CLASSES: envBoolean.default(false),
  /** Whether hosts of an Ingress that have TLS redirect plain HTTP to HTTPS when its annotations say nothing; as the agents'. */
  FAIRLEAD_INGRESS_FORCE_HTTPS: envBoolean.default(true),
  /** One address for all Ingresses or one each, when their annotations say nothing; as the agents'. */
  FAIRLEAD_INGRESS_LOAD_BALANCER_MODE: z.enum(["shared", "dedicated"]).default("shared"),
  /** Namespaces whose Secrets may be read, for certificates; as the agents's. */
  FAIRLEAD_SECRET_NAMESPACES: envNamespaces,
  /** Gateways listen on the nodes' own addresses, whatever their status says; as the agents'. */
  FAIRLEAD_GATEWAY_HOST_NETWORK: envBoolean.default(false),
  /** Labels of the nodes that do, as `zone=a,team=red`; empty: all. */
  FAIRLEAD_GATEWAY_HOST_NETWORK_NODES: envLabels,
  /** Ingresses listen on the nodes' own addresses; as the agents'. */
  FAIRLEAD_INGRESS_HOST_NETWORK: envBoolean.default(false),
  /** Labels of the nodes that do; empty: all. */
  FAIRLEAD_INGRESS_HOST_NETWORK_NODES: envLabels,
  /** Port of the shared Ingresses there, for HTTP and HTTPS alike. */
  FAIRLEAD_INGRESS_HOST_NETWORK_PORT: envPort.default(DEFAULT_HOST_LISTENER_PORT),
  /** Where every node's Envoy has its metrics; no listener gets this port. */
  FAIRLEAD_ENVOY_METRICS_PORT: envPort.default(ENVOY_METRICS_PORT),
  /** Where the Lease and the Service of the shared Ingresses are. Default: that of the kubeconfig's context or the pod. */
  FAIRLEAD_NAMESPACE: z.string().min(1).optional(),
  /** Where `/healthz`, `/readyz` and `/metrics` are served. */
  FAIRLEAD_ADMIN_HOST: z.string().min(1).default("127.0.0.1"),
  /** Their port; 0 takes a free one. */
  FAIRLEAD_ADMIN_PORT: envPort.default(9_882),
});

/** The operator's configuration. `KUBECONFIG` is read by the Kubernetes client itself. */
export type Settings = z.output<typeof schema>;

/** Reads {@link Settings} from the environment. Throws `invalid_field` naming every variable that is wrong. */
export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): Settings {
  return readConfig(schema, env);
}
