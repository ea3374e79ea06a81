import { readFileSync } from "node:fs";
import { envPort, MeshError, readConfig, Secret, secretString } from "@fairlead/core";
import { meshVariables } from "@fairlead/mesh-settings";
import { TUNNEL_PATH } from "@fairlead/tunnel";
import { z } from "zod";

const tunnelUrl = z.url({ protocol: /^(wss?|https?)$/ }).transform((text) => {
  const url = new URL(text);
  url.protocol = url.protocol.replace("http", "ws");
  if (url.pathname === "/") url.pathname = TUNNEL_PATH;
  return url;
});

const listenAddress = z
  .string()
  .regex(/^.+:\d{1,5}$/, "must be host:port")
  .transform((text) => {
    const colon = text.lastIndexOf(":");
    const host = text.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
    return { host, port: Number(text.slice(colon + 1)) };
  })
  .refine(({ port }) => port <= 65_535, "the port must be at most 65535");

const proxyUrl = z.url({ protocol: /^http$/, message: "must be http://[user:password@]host:port" });

const variables = z.object({
  /** The cloud: `wss://host`; the path `/v1/tunnel` is added when there is none. */
  FAIRLEAD_CLOUD_URL: tunnelUrl,
  /** One-time token to enrol with; not needed once enrolled. */
  FAIRLEAD_JOIN_TOKEN: secretString.optional(),
  /** File with that token, read when it is needed. */
  FAIRLEAD_JOIN_TOKEN_FILE: z.string().min(1).optional(),
  /** Where key, identity and bundle are kept: `directory`, or `cluster` for Secrets, with replicas of which one works. */
  FAIRLEAD_STATE: z.enum(["directory", "cluster"]).default("directory"),
  /** Folder for them, made with mode 0700; required with `directory`. */
  FAIRLEAD_STATE_DIR: z.string().min(1).optional(),
  /** With `cluster`, namespace of the Secrets and the lease; otherwise that of the pod or the kubeconfig. */
  FAIRLEAD_NAMESPACE: z.string().min(1).optional(),
  /** Name of the pod, by which replicas are told apart; otherwise host name and process id. */
  FAIRLEAD_POD_NAME: z.string().min(1).optional(),
  /** Address at which the other replicas reach this one; required with `cluster`. */
  FAIRLEAD_POD_IP: z.union([z.ipv4(), z.ipv6()]).optional(),
  /** Where agents report, as `host:port`; port 0 takes a free one. */
  FAIRLEAD_NODE_REPORT_LISTEN: listenAddress.default({ host: "127.0.0.1", port: 9_883 }),
  /** Audience agents' tokens must be meant for. */
  FAIRLEAD_NODE_REPORT_AUDIENCE: z.string().min(1).default("fairlead-connector"),
  /** The user agents' tokens must stand for. */
  FAIRLEAD_AGENT_USER: z.string().min(1).default("system:serviceaccount:fairlead:agent"),
  /** Objects applied at the same time. */
  FAIRLEAD_APPLY_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(16),
  /** How often every object is applied again, which undoes drift, in milliseconds. */
  FAIRLEAD_REAPPLY_INTERVAL_MS: z.coerce.number().int().min(1_000).default(600_000),
  /** Without a tunnel session for this long the process ends, to be started afresh, in milliseconds. */
  FAIRLEAD_RESTART_AFTER_MS: z.coerce.number().int().min(10_000).default(900_000),
  /** What serves in the cluster: `bundled`, Fairlead's own operator, agents and Envoy, or `cilium`, a Cilium, of which no node reports. */
  FAIRLEAD_DATA_PLANE: z.enum(["bundled", "cilium"]).default("bundled"),
  /** The operator's and the agents' own settings, told to the cloud, so that it reads objects as they do. */
  ...meshVariables,
  /** Where `/healthz`, `/readyz` and `/metrics` are served. */
  FAIRLEAD_ADMIN_HOST: z.string().min(1).default("127.0.0.1"),
  /** Their port; 0 takes a free one. */
  FAIRLEAD_ADMIN_PORT: envPort.default(9_882),
  /** Proxy for `wss` by HTTP CONNECT. */
  HTTPS_PROXY: proxyUrl.optional(),
  /** Proxy for `ws` by HTTP CONNECT. */
  HTTP_PROXY: proxyUrl.optional(),
  /** Hosts reached without a proxy: names, `.suffixes` or `*`, separated by commas. */
  NO_PROXY: z.string().optional(),
});

/** Also when other variables are wrong, so that every one of them is named. */
const when = ({ value }: { readonly value: unknown }) => typeof value === "object" && value !== null;

const schema = variables
  .refine((given) => given.FAIRLEAD_STATE === "cluster" || given.FAIRLEAD_STATE_DIR !== undefined, {
    path: ["FAIRLEAD_STATE_DIR"],
    message: "must be set, unless FAIRLEAD_STATE is cluster",
    when,
  })
  .refine((given) => given.FAIRLEAD_STATE !== "cluster" || given.FAIRLEAD_POD_IP !== undefined, {
    path: ["FAIRLEAD_POD_IP"],
    message: "must be set when FAIRLEAD_STATE is cluster",
    when,
  });

/** The connector's configuration. `KUBECONFIG` is read by the Kubernetes client itself. */
export type Settings = z.output<typeof schema>;

/** Reads {@link Settings} from the environment. Throws `invalid_field` naming every variable that is wrong. */
export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const lower = { HTTPS_PROXY: env.https_proxy, HTTP_PROXY: env.http_proxy, NO_PROXY: env.no_proxy };
  const given = Object.entries(lower).filter(([name, value]) => env[name] === undefined && value !== undefined);
  return readConfig(schema, { ...env, ...Object.fromEntries(given) });
}

/** The folder that state is kept in. */
export function stateDirectory({ FAIRLEAD_STATE_DIR }: Settings): string {
  if (FAIRLEAD_STATE_DIR !== undefined) return FAIRLEAD_STATE_DIR;
  throw new MeshError("invalid_field", { public: "FAIRLEAD_STATE_DIR is not set" });
}

/** The join token, from the variable or the file; undefined when neither is set. */
export function joinToken(settings: Settings): Secret | undefined {
  const path = settings.FAIRLEAD_JOIN_TOKEN_FILE;
  if (path === undefined || settings.FAIRLEAD_JOIN_TOKEN !== undefined) return settings.FAIRLEAD_JOIN_TOKEN;
  try {
    return new Secret(readFileSync(path, "utf8").trim());
  } catch (cause) {
    const text = `FAIRLEAD_JOIN_TOKEN_FILE: ${path} cannot be read. Create a join token and put it there.`;
    throw new MeshError("join_token_invalid", { public: text, cause });
  }
}
