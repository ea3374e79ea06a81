import { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { backendReferenceShape, checkBackendPort } from "./backend-reference.ts";
import { checkFilterFields, checkRepeats, extensionReference } from "./filter-fields.ts";
import { headerModifier, headerName, headerValue } from "./header-modifier.ts";
import { dnsSubdomain, hostname } from "./kubernetes-names.ts";
import { parentReferences } from "./parent-references.ts";
import { requestMirror } from "./request-mirror.ts";
import { checkRules } from "./route-rules.ts";
import { sessionPersistence } from "./session-persistence.ts";
import { uniqueItems } from "./unique-items.ts";

const filter = strictObject({
  type: z.enum(["ResponseHeaderModifier", "RequestHeaderModifier", "RequestMirror", "ExtensionRef"]),
  requestHeaderModifier: headerModifier.optional(),
  responseHeaderModifier: headerModifier.optional(),
  requestMirror: requestMirror.optional(),
  extensionRef: extensionReference.optional(),
}).superRefine(
  checkFilterFields({
    RequestHeaderModifier: "requestHeaderModifier",
    ResponseHeaderModifier: "responseHeaderModifier",
    RequestMirror: "requestMirror",
    ExtensionRef: "extensionRef",
  }),
);
const filters = z
  .array(filter)
  .max(16)
  .superRefine(checkRepeats(["RequestHeaderModifier", "ResponseHeaderModifier"]));

const matchType = z.enum(["Exact", "RegularExpression"]).optional();

const method = strictObject({
  type: matchType,
  service: z.string().max(1024).optional(),
  method: z.string().max(1024).optional(),
}).superRefine((value, context) => {
  const say = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
  if (value.service === undefined && value.method === undefined) say([], "must have service, method or both");
  if (value.type === "RegularExpression") return;
  if (value.service !== undefined && !/^\.?[a-z_][a-z_0-9]*(\.[a-z_][a-z_0-9]*)*$/i.test(value.service)) {
    say(["service"], "must be a gRPC service with its package, such as helloworld.Greeter");
  }
  if (value.method !== undefined && !/^[A-Za-z_][A-Za-z_0-9]*$/.test(value.method)) {
    say(["method"], "must be a gRPC method, such as SayHello");
  }
});

const match = strictObject({
  method: method.optional(),
  headers: z
    .array(strictObject({ type: matchType, name: headerName, value: headerValue }))
    .max(16)
    .superRefine(uniqueItems("name"))
    .optional(),
});

const backend = strictObject({
  ...backendReferenceShape,
  weight: z.int().min(0).max(1_000_000).optional(),
  filters: filters.optional(),
}).superRefine(checkBackendPort);

const rule = strictObject({
  name: dnsSubdomain.min(1).optional(),
  matches: z.array(match).max(64).optional(),
  filters: filters.optional(),
  backendRefs: z.array(backend).max(16).optional(),
  sessionPersistence: sessionPersistence.optional(),
});

/**
 * The spec of a GRPCRoute. Source: `gateway.networking.k8s.io/v1` as in Gateway API v1.7, both channels, with its
 * CRD's limits and rules. Patterns are not compiled here: nodes judge them and say so.
 */
export const grpcRouteSpec = strictObject({
  parentRefs: parentReferences.optional(),
  hostnames: z.array(hostname).max(16).optional(),
  useDefaultGateways: z.enum(["All", "None"]).optional(),
  rules: z.array(rule).max(16).superRefine(checkRules(0)).optional(),
}).openapi("GRPCRouteSpec");
