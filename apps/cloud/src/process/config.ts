import { envPort, MeshError, readConfig } from "@fairlead/core";
import { z } from "zod";

/** What a process of the cloud may be. */
export const ROLES = ["api", "tunnel", "worker"] as const;
/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

const schema = z.object({
  DATABASE_URL: z.string().describe("PostgreSQL, as the runtime login; may go through a pooler. Required."),
  DATABASE_DIRECT_URL: z
    .string()
    .optional()
    .describe("The same past the pooler, for the one LISTEN connection. Default: `DATABASE_URL`."),
  FAIRLEAD_DATABASE_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(2)
    .max(200)
    .default(10)
    .describe("Size of the pool. Default 10."),
  FAIRLEAD_ROLES: z
    .string()
    .default("api,tunnel,worker")
    .describe("What this process does; `--role` wins over it. Default `api,tunnel,worker`."),
  FAIRLEAD_HOST: z.string().default("127.0.0.1").describe("Address to listen on. Default `127.0.0.1`."),
  FAIRLEAD_PORT: envPort.default(8080).describe("Port of the REST API and the tunnel. Default 8080."),
  FAIRLEAD_ADMIN_PORT: envPort.default(8081).describe("Port of `/metrics`, `/healthz` and `/readyz`. Default 8081."),
  FAIRLEAD_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("How connectors reach this API from outside. Default: `http://HOST:PORT`."),
  FAIRLEAD_CONSOLE_DIR: z
    .string()
    .optional()
    .describe("Folder of the built console, which the API role serves at `/`. Default: no console."),
  FAIRLEAD_QUEUE_URL: z.string().optional().describe("An SQS queue. Default: a queue in PostgreSQL."),
  FAIRLEAD_QUEUE_ENDPOINT: z.string().optional().describe("Another service that speaks SQS. Default: AWS's own."),
  FAIRLEAD_EVENT_STREAMS: z.coerce
    .number()
    .int()
    .min(1)
    .default(200)
    .describe("Event streams of one organization at a time. Default 200."),
  FAIRLEAD_HUB_HANDSHAKES: z.coerce
    .number()
    .int()
    .min(1)
    .default(64)
    .describe("Tunnel handshakes at a time. Default 64."),
  FAIRLEAD_HUB_FULL_SYNCS: z.coerce.number().int().min(1).default(2).describe("Full syncs read at a time. Default 2."),
});

/** The variables a process of the cloud reads, with what they mean; the README's table is made of them. */
export const CONFIG_FIELDS: Readonly<Record<string, z.ZodType>> = schema.shape;

/** The configuration of one process. */
export interface CloudConfig {
  readonly databaseUrl: string;
  readonly databaseDirectUrl: string | undefined;
  readonly databaseConnections: number;
  readonly roles: ReadonlySet<Role>;
  readonly host: string;
  readonly port: number;
  readonly adminPort: number;
  readonly publicUrl: string | undefined;
  readonly consoleDirectory: string | undefined;
  readonly queueUrl: string | undefined;
  readonly queueEndpoint: string | undefined;
  /** Of one organization in this process. */
  readonly eventStreams: number;
  readonly handshakes: number;
  readonly fullSyncs: number;
}

/** Reads the configuration. `roles`: the value of `--role`, when given. Throws `invalid_field`. */
export function readCloudConfig(env: Readonly<Record<string, string | undefined>>, roles?: string): CloudConfig {
  const read = readConfig(schema, env);
  return {
    databaseUrl: read.DATABASE_URL,
    databaseDirectUrl: read.DATABASE_DIRECT_URL,
    databaseConnections: read.FAIRLEAD_DATABASE_CONNECTIONS,
    roles: parseRoles(roles ?? read.FAIRLEAD_ROLES),
    host: read.FAIRLEAD_HOST,
    port: read.FAIRLEAD_PORT,
    adminPort: read.FAIRLEAD_ADMIN_PORT,
    publicUrl: read.FAIRLEAD_PUBLIC_URL,
    consoleDirectory: read.FAIRLEAD_CONSOLE_DIR,
    queueUrl: read.FAIRLEAD_QUEUE_URL,
    queueEndpoint: read.FAIRLEAD_QUEUE_ENDPOINT,
    eventStreams: read.FAIRLEAD_EVENT_STREAMS,
    handshakes: read.FAIRLEAD_HUB_HANDSHAKES,
    fullSyncs: read.FAIRLEAD_HUB_FULL_SYNCS,
  };
}

function parseRoles(text: string): ReadonlySet<Role> {
  const roles = text.split(",").map((role) => role.trim());
  for (const role of roles) {
    if (isRole(role)) continue;
    throw new MeshError("invalid_field", {
      public: `--role: "${role}" is not a role; known are ${ROLES.join(", ")}.`,
      fields: [{ field: "FAIRLEAD_ROLES", value: JSON.stringify(role), message: `must be of ${ROLES.join(", ")}` }],
    });
  }
  return new Set(roles.filter(isRole));
}

function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text);
}
