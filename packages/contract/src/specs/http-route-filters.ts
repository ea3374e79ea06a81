import { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { apiGroup, dnsLabel, objectKind, objectName, portNumber, preciseHostname } from "./kubernetes-names.ts";

/** A header name as RFC 9110 spells tokens. Whether the proxy may change that header is judged on the nodes. */
export const headerName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/, "must be a header name: letters, digits and !#$%&'*+-.^_`|~");

const header = strictObject({ name: headerName, value: z.string().min(1).max(4096) });

const headerModifier = strictObject({
  set: z.array(header).max(16).optional(),
  add: z.array(header).max(16).optional(),
  remove: z.array(z.string().min(1).max(256)).max(16).optional(),
});

const pathModifier = strictObject({
  type: z.enum(["ReplaceFullPath", "ReplacePrefixMatch"]),
  replaceFullPath: z.string().max(1024).optional(),
  replacePrefixMatch: z.string().max(1024).optional(),
}).superRefine((value, context) => {
  const full = value.type === "ReplaceFullPath";
  const [wanted, other] = full
    ? (["replaceFullPath", "replacePrefixMatch"] as const)
    : (["replacePrefixMatch", "replaceFullPath"] as const);
  if (value[wanted] === undefined)
    context.addIssue({ code: "custom", path: [wanted], message: `is required for type ${value.type}` });
  if (value[other] !== undefined)
    context.addIssue({ code: "custom", path: [other], message: `must be absent for type ${value.type}` });
});

const redirect = strictObject({
  scheme: z.enum(["http", "https"]).optional(),
  hostname: preciseHostname.optional(),
  path: pathModifier.optional(),
  port: portNumber.optional(),
  statusCode: z
    .literal([301, 302, 303, 307, 308])
    .optional()
    .openapi({ type: "integer", enum: [301, 302, 303, 307, 308] }),
});

const rewrite = strictObject({ hostname: preciseHostname.optional(), path: pathModifier.optional() });

/** A reference to a backend. */
export const backendReferenceShape = {
  group: apiGroup.optional(),
  kind: objectKind.optional(),
  name: objectName,
  namespace: dnsLabel.optional(),
  port: portNumber.optional(),
};

/** Whether a reference that needs a port has one: Services do. */
export function hasPort(reference: {
  group?: string | undefined;
  kind?: string | undefined;
  port?: number | undefined;
}): boolean {
  return (reference.group ?? "") !== "" || (reference.kind ?? "Service") !== "Service" || reference.port !== undefined;
}

const mirror = strictObject({
  backendRef: strictObject(backendReferenceShape).refine(hasPort, {
    message: "is required for a Service",
    path: ["port"],
  }),
  percent: z.int().min(0).max(100).optional(),
  fraction: strictObject({ numerator: z.int().min(0), denominator: z.int().min(1).optional() })
    .refine((value) => value.numerator <= (value.denominator ?? 100), {
      message: "must not be greater than denominator (100 when absent)",
      path: ["numerator"],
    })
    .optional(),
}).refine((value) => value.percent === undefined || value.fraction === undefined, {
  message: "must be absent when percent is given",
  path: ["fraction"],
});

const extension = strictObject({ group: apiGroup, kind: objectKind, name: objectName });

/** The field each type of filter fills. */
const FIELD_OF_TYPE = {
  RequestHeaderModifier: "requestHeaderModifier",
  ResponseHeaderModifier: "responseHeaderModifier",
  RequestMirror: "requestMirror",
  RequestRedirect: "requestRedirect",
  URLRewrite: "urlRewrite",
  ExtensionRef: "extensionRef",
} as const;

const TYPES = [
  "RequestHeaderModifier",
  "ResponseHeaderModifier",
  "RequestMirror",
  "RequestRedirect",
  "URLRewrite",
  "ExtensionRef",
] as const;

const filter = strictObject({
  type: z.enum(TYPES),
  requestHeaderModifier: headerModifier.optional(),
  responseHeaderModifier: headerModifier.optional(),
  requestMirror: mirror.optional(),
  requestRedirect: redirect.optional(),
  urlRewrite: rewrite.optional(),
  extensionRef: extension.optional(),
}).superRefine((value, context) => {
  for (const type of TYPES) {
    const field = FIELD_OF_TYPE[type];
    if (type === value.type && value[field] === undefined) {
      context.addIssue({ code: "custom", path: [field], message: `is required for type ${type}` });
    }
    if (type !== value.type && value[field] !== undefined) {
      context.addIssue({ code: "custom", path: [field], message: `must be absent for type ${value.type}` });
    }
  }
});

/** One filter of an HTTPRoute. */
export type HttpRouteFilter = z.output<typeof filter>;

const REPEATABLE: ReadonlySet<string> = new Set(["RequestMirror", "ExtensionRef"]);

/** The filters of a rule or of one backend reference. */
export const httpRouteFilters = z
  .array(filter)
  .max(16)
  .superRefine((filters, context) => {
    const first = new Map<string, number>();
    for (const [index, { type }] of filters.entries()) {
      const earlier = first.get(type);
      if (earlier !== undefined && !REPEATABLE.has(type)) {
        context.addIssue({
          code: "custom",
          path: [index],
          message: `${type} must not be repeated; it is at [${earlier}] already`,
        });
      }
      first.set(type, first.get(type) ?? index);
    }
    const rewriteAt = first.get("URLRewrite");
    if (rewriteAt !== undefined && first.has("RequestRedirect")) {
      context.addIssue({
        code: "custom",
        path: [rewriteAt],
        message: "URLRewrite must not be combined with RequestRedirect",
      });
    }
  });

/** Whether one of the filters replaces the matched prefix, which needs a rule with exactly one PathPrefix match. */
export function replacesPrefix(filters: readonly HttpRouteFilter[]): boolean {
  return filters.some(
    (one) =>
      one.requestRedirect?.path?.type === "ReplacePrefixMatch" || one.urlRewrite?.path?.type === "ReplacePrefixMatch",
  );
}
