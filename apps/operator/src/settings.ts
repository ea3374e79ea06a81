import { envBoolean, envPort, readConfig } from "@fairlead/core";
import { meshVariables } from "@fairlead/mesh-settings";
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
  /** How objects are read. */
  ...meshVariables,
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
