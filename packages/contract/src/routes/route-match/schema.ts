import { z } from "@hono/zod-openapi";
import { revisionText, timestamp } from "../../schemas/fields.ts";
import { strictObject } from "../../strict-object.ts";

const headerLine = strictObject({
  name: z
    .string()
    .max(256)
    .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, "must be a header name (RFC 9110 token)"),
  value: z
    .string()
    .max(8192)
    .regex(/^[^\r\n\0]*$/, "must not hold line breaks"),
});

const scheme = z.enum(["http", "https"]);

/** A request to ask about, as a client would send it. */
export const routeMatchInput = strictObject({
  gateway: z
    .string()
    .max(320)
    .regex(/^[a-z0-9.-]+\/[a-z0-9.-]+$/, "must be <namespace>/<name>")
    .optional()
    .openapi({
      description: "The Gateway it is sent to, `<namespace>/<name>`; default: the one that knows the host.",
      example: "default/my-gateway",
    }),
  listener: z.string().max(253).optional().openapi({ description: "A listener of the Gateway, for its port." }),
  port: z.int().min(1).max(65_535).optional().openapi({ description: "Default: 80, or 443 with https." }),
  scheme: scheme.default("http"),
  sni: z
    .string()
    .max(253)
    .optional()
    .openapi({ description: "TLS server name. Default: the host. Empty: none is sent." }),
  host: z.string().min(1).max(512).openapi({ description: "The Host header.", example: "shop.example.com" }),
  path: z
    .string()
    .min(1)
    .max(8192)
    .default("/")
    .openapi({ description: "With its query, as it is written.", example: "/cart?step=2" }),
  method: z
    .string()
    .max(64)
    .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/, "must be an HTTP method (RFC 9110 token)")
    .default("GET"),
  headers: z.array(headerLine).max(100).default([]).openapi({ description: "Lines in the order they are sent." }),
}).openapi("RouteMatchInput");
/** A request to ask about. */
export type RouteMatchInput = z.output<typeof routeMatchInput>;

const lines = z.array(z.object({ name: z.string(), value: z.string() })).readonly();
const names = z.array(z.string()).readonly();

const headerChanges = z
  .array(z.object({ remove: names, set: lines, add: lines }))
  .readonly()
  .openapi({ description: "Edits of the answer in the order they are done; each removes, sets and adds." });

const grpcStatus = z
  .int()
  .optional()
  .openapi({ description: "Present for gRPC: the answer is a 200 with this `grpc-status`, which says the same." });

const forwardTarget = z
  .object({
    backend: z.string().optional().openapi({
      description: "`<namespace>/<service>:<port>`, `/<protocol>` behind it where it is not HTTP/1.1; absent: invalid.",
    }),
    weight: z.number(),
    share: z.number().openapi({ description: "Part of all requests, 0 to 1." }),
    status: z
      .union([z.literal(500), z.literal(503)])
      .optional()
      .openapi({ description: "What the proxy answers by itself: 500 without a backend, 503 without endpoints." }),
    grpcStatus,
    endpoints: z.array(z.object({ address: z.string(), port: z.int() })).readonly(),
    host: z.string(),
    path: z.string(),
    headers: lines.openapi({ description: "The client's headers after all edits." }),
    responseHeaders: headerChanges,
    mirrors: z.array(z.object({ backend: z.string(), perMillion: z.int() })).readonly(),
  })
  .openapi("RouteMatchTarget");

const outcome = z
  .discriminatedUnion("type", [
    z.object({ type: z.literal("unreachable"), message: z.string() }),
    z.object({
      type: z.literal("respond"),
      status: z.int(),
      grpcStatus,
      cause: z.enum(["malformed-request", "no-host", "no-route", "broken-route", "no-usable-backend", "as-configured"]),
    }),
    z.object({
      type: z.literal("redirect"),
      status: z.int(),
      grpcStatus,
      location: z.string(),
      responseHeaders: headerChanges,
    }),
    z.object({
      type: z.literal("preflight"),
      status: z.literal(200),
      allowed: z.boolean(),
      headers: lines,
      failing: z.number(),
      grpcStatus,
    }),
    z.object({
      type: z.literal("forward"),
      backends: z.array(forwardTarget).readonly(),
      timeoutMs: z.number().optional(),
      tryTimeoutMs: z.number().optional(),
      retry: z
        .object({
          statuses: z.array(z.int()).readonly(),
          attempts: z.int(),
          backoffMs: z.number().optional(),
        })
        .optional(),
      corsHeaders: lines,
    }),
  ])
  .openapi("RouteMatchOutcome");

/** What the proxies of a cluster do with a request, and why. */
export const routeMatchSchema = z
  .object({
    request: z
      .object({ scheme, host: z.string(), path: z.string(), method: z.string() })
      .optional()
      .openapi({ description: "The form in which it is matched; absent when it does not get that far." }),
    listener: z
      .object({
        socket: z.string(),
        chain: z.string(),
        gateway: z.string().optional(),
        name: z.string().optional(),
        serverName: z.string().optional(),
      })
      .optional()
      .openapi({ description: "Where it arrives; absent when nothing listens there." }),
    host: z.string().optional().openapi({ description: "The host whose routes were tried." }),
    route: z
      .object({ object: z.string(), name: z.string(), field: z.string(), match: z.string() })
      .optional()
      .openapi({ description: "The route that decides; absent when none does." }),
    outcome,
    why: names.openapi({ description: "What was considered and lost, and what won, in order." }),
    assumed: names.openapi({ description: "What is not known and taken for good, such as Services nobody told of." }),
    revision: revisionText
      .nullable()
      .openapi({ description: "The revision the cluster's objects are rendered to; null offline." }),
    observedAt: timestamp
      .nullable()
      .openapi({ description: "How recent what is known of the cluster itself is; null: it never told." }),
  })
  .openapi("RouteMatch");
/** What the proxies of a cluster do with a request, and why. */
export type RouteMatch = z.output<typeof routeMatchSchema>;
