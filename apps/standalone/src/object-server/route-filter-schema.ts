import { closed, list, listBy, nonEmpty, object, oneOf, port, type Schema, text } from "./schema.ts";

const name = { type: "string", minLength: 1, maxLength: 256 } as const satisfies Schema;
const names = (maxItems: number, items: Schema = text): Schema => ({ type: "array", set: true, items, maxItems });

/** The members of a reference to a backend. */
export const backendReference = { group: text, kind: text, name: nonEmpty, namespace: nonEmpty, port } as const;

const header = closed({ name, value: { type: "string", minLength: 1, maxLength: 4096 } }, "name", "value");
const headerModifier = closed({
  set: listBy(["name"], header, { maxItems: 16 }),
  add: listBy(["name"], header, { maxItems: 16 }),
  remove: names(16),
});
const pathModifier = closed(
  {
    type: oneOf("ReplaceFullPath", "ReplacePrefixMatch"),
    replaceFullPath: { type: "string", maxLength: 1024 },
    replacePrefixMatch: { type: "string", maxLength: 1024 },
  },
  "type",
);
const requestMirror = closed(
  {
    backendRef: closed(backendReference, "name"),
    percent: { type: "integer", minimum: 0, maximum: 100 },
    fraction: closed(
      { numerator: { type: "integer", minimum: 0 }, denominator: { type: "integer", minimum: 1 } },
      "numerator",
    ),
  },
  "backendRef",
);
const cors = closed({
  allowOrigins: names(64, { type: "string", minLength: 1, maxLength: 253 }),
  allowCredentials: { type: "boolean" },
  allowMethods: names(9, oneOf("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "*")),
  allowHeaders: names(64, name),
  exposeHeaders: names(64, name),
  maxAge: { type: "integer", minimum: 1 },
});

/** What an ExternalAuth filter holds. */
export const externalAuth = closed(
  {
    protocol: oneOf("HTTP", "GRPC"),
    backendRef: closed(backendReference, "name"),
    grpc: closed({ allowedHeaders: names(64) }),
    http: closed({ path: text, allowedHeaders: names(64), allowedResponseHeaders: names(64) }),
    forwardBody: closed({ maxSize: { type: "integer", minimum: 0 } }),
  },
  "protocol",
  "backendRef",
);

/** What an ExtensionRef filter holds. */
export const extensionRef = object({ group: text, kind: nonEmpty, name: nonEmpty }, "group", "kind", "name");

const shared = {
  requestHeaderModifier: headerModifier,
  responseHeaderModifier: headerModifier,
  requestMirror,
  extensionRef,
};
const sharedTypes = ["RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "ExtensionRef"];

/** The filters of an HTTPRoute's rule or backend. */
export const httpRouteFilters = list(
  closed(
    {
      type: oneOf(...sharedTypes, "RequestRedirect", "URLRewrite", "CORS", "ExternalAuth"),
      ...shared,
      requestRedirect: closed({
        scheme: oneOf("http", "https"),
        hostname: nonEmpty,
        path: pathModifier,
        port,
        statusCode: oneOf(301, 302, 303, 307, 308),
      }),
      urlRewrite: closed({ hostname: nonEmpty, path: pathModifier }),
      cors,
      externalAuth,
    },
    "type",
  ),
  { maxItems: 16 },
);

/** The filters of a GRPCRoute's rule or backend. */
export const grpcRouteFilters = list(closed({ type: oneOf(...sharedTypes), ...shared }, "type"), { maxItems: 16 });
