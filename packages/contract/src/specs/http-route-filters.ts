import { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { cors } from "./cors.ts";
import { externalAuth } from "./external-auth.ts";
import { checkFilterFields, checkRepeats, extensionReference } from "./filter-fields.ts";
import { headerModifier } from "./header-modifier.ts";
import { portNumber, preciseHostname } from "./kubernetes-names.ts";
import { requestMirror } from "./request-mirror.ts";

const pathModifier = strictObject({
  type: z.enum(["ReplaceFullPath", "ReplacePrefixMatch"]),
  replaceFullPath: z.string().max(1024).optional(),
  replacePrefixMatch: z.string().max(1024).optional(),
}).superRefine(checkFilterFields({ ReplaceFullPath: "replaceFullPath", ReplacePrefixMatch: "replacePrefixMatch" }));

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

const filter = strictObject({
  type: z.enum([
    "RequestHeaderModifier",
    "ResponseHeaderModifier",
    "RequestMirror",
    "RequestRedirect",
    "URLRewrite",
    "ExtensionRef",
    "CORS",
    "ExternalAuth",
  ]),
  requestHeaderModifier: headerModifier.optional(),
  responseHeaderModifier: headerModifier.optional(),
  requestMirror: requestMirror.optional(),
  requestRedirect: redirect.optional(),
  urlRewrite: rewrite.optional(),
  extensionRef: extensionReference.optional(),
  cors: cors.optional(),
  externalAuth: externalAuth.optional(),
}).superRefine(
  checkFilterFields({
    RequestHeaderModifier: "requestHeaderModifier",
    ResponseHeaderModifier: "responseHeaderModifier",
    RequestMirror: "requestMirror",
    RequestRedirect: "requestRedirect",
    URLRewrite: "urlRewrite",
    ExtensionRef: "extensionRef",
    CORS: "cors",
    ExternalAuth: "externalAuth",
  }),
);

/** One filter of an HTTPRoute. */
export type HttpRouteFilter = z.output<typeof filter>;

/** The filters of a rule or of one backend reference. */
export const httpRouteFilters = z
  .array(filter)
  .max(16)
  .superRefine(
    checkRepeats(["RequestHeaderModifier", "ResponseHeaderModifier", "RequestRedirect", "URLRewrite", "CORS"]),
  )
  .superRefine((filters, context) => {
    const rewriteAt = filters.findIndex((one) => one.type === "URLRewrite");
    if (rewriteAt < 0 || !filters.some((one) => one.type === "RequestRedirect")) return;
    const message = "URLRewrite must not be combined with RequestRedirect";
    context.addIssue({ code: "custom", path: [rewriteAt], message });
  });

/** Whether one of the filters replaces the matched prefix, which needs a rule with exactly one PathPrefix match. */
export function replacesPrefix(filters: readonly HttpRouteFilter[]): boolean {
  return filters.some(
    (one) =>
      one.requestRedirect?.path?.type === "ReplacePrefixMatch" || one.urlRewrite?.path?.type === "ReplacePrefixMatch",
  );
}
