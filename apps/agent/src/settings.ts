import { envPort, readConfig } from "@fairlead/core";
import { meshVariables } from "@fairlead/mesh-settings";
import { z } from "zod";

const schema = z.object({
  /** Name of this node, as Kubernetes calls it. */
  FAIRLEAD_NODE_NAME: z.string().min(1),
  /** Unix socket on which the node's Envoy finds its configuration. At most 100 bytes. */
  FAIRLEAD_XDS_SOCKET: z.string().min(1).max(100),
  /** Folder for the last good configuration, which holds private keys: made with mode 0700. */
  FAIRLEAD_STATE_DIR: z.string().min(1),
  /** The connector to report to; without it nothing is reported. */
  FAIRLEAD_CONNECTOR_URL: z.url({ protocol: /^http$/ }).optional(),
  /** File with the bearer token for the connector, read again for every report. */
  FAIRLEAD_TOKEN_FILE: z.string().min(1).optional(),
  /** Standalone: listener addresses inside the first range are bound at the same place in the second. */
  FAIRLEAD_ADDRESS_MAP: z.string().min(1).optional(),
  /** Standalone: added to listener ports an ordinary user may not bind. */
  FAIRLEAD_PORT_OFFSET: z.coerce.number().int().min(0).max(50_000).default(0),
  /** How objects are read. */
  ...meshVariables,
  /** How long to wait for the Kubernetes API before the last good configuration is served instead, in milliseconds. */
  FAIRLEAD_API_WAIT_MS: z.coerce.number().int().min(0).default(5_000),
  /** Where `/healthz`, `/readyz` and `/metrics` are served. */
  FAIRLEAD_ADMIN_HOST: z.string().min(1).default("127.0.0.1"),
  /** Their port; 0 takes a free one. */
  FAIRLEAD_ADMIN_PORT: envPort.default(9_881),
  /** Where Envoy logs requests: `stdout` or a file's path. Nowhere when left out. */
  FAIRLEAD_ACCESS_LOG: z.string().min(1).optional(),
});

/** The agent's configuration. `KUBECONFIG` is read by the Kubernetes client itself. */
export type Settings = z.output<typeof schema>;

/** Reads {@link Settings} from the environment. Throws `invalid_field` naming every variable that is wrong. */
export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): Settings {
  return readConfig(schema, env);
}
