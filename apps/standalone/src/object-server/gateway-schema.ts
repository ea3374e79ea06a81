import {
  closed,
  conditions,
  integer,
  list,
  listBy,
  nonEmpty,
  object,
  oneOf,
  port,
  type Schema,
  text,
} from "./schema.ts";

const names: Schema = { type: "object", values: text };
const httpHeader = closed({ name: nonEmpty, value: text }, "name", "value");
const headerModifier = closed({
  set: listBy(["name"], httpHeader, { maxItems: 16 }),
  add: listBy(["name"], httpHeader, { maxItems: 16 }),
  remove: { type: "array", set: true, items: text, maxItems: 16 },
});
const pathModifier = closed(
  { type: oneOf("ReplaceFullPath", "ReplacePrefixMatch"), replaceFullPath: text, replacePrefixMatch: text },
  "type",
);
const backendReference = { group: text, kind: text, name: nonEmpty, namespace: nonEmpty, port };
const filterTypes = oneOf(
  "RequestHeaderModifier",
  "ResponseHeaderModifier",
  "RequestMirror",
  "RequestRedirect",
  "URLRewrite",
  "ExtensionRef",
);
const filter = closed(
  {
    type: filterTypes,
    requestHeaderModifier: headerModifier,
    responseHeaderModifier: headerModifier,
    requestMirror: object({ backendRef: object(backendReference, "name") }, "backendRef"),
    requestRedirect: closed({
      scheme: oneOf("http", "https"),
      hostname: nonEmpty,
      path: pathModifier,
      port,
      statusCode: oneOf(301, 302, 303, 307, 308),
    }),
    urlRewrite: closed({ hostname: nonEmpty, path: pathModifier }),
    extensionRef: object({ group: text, kind: nonEmpty, name: nonEmpty }, "group", "kind", "name"),
  },
  "type",
);
const valueMatch = (maxItems: number) =>
  listBy(
    ["name"],
    closed({ type: oneOf("Exact", "RegularExpression"), name: nonEmpty, value: nonEmpty }, "name", "value"),
    { maxItems },
  );
const match = closed({
  path: closed({ type: oneOf("Exact", "PathPrefix", "RegularExpression"), value: { type: "string", maxLength: 1024 } }),
  headers: valueMatch(16),
  queryParams: valueMatch(16),
  method: oneOf("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"),
});
const backendRef = closed(
  {
    ...backendReference,
    weight: { type: "integer", minimum: 0, maximum: 1_000_000 },
    filters: list(filter, { maxItems: 16 }),
  },
  "name",
);
const rule = closed({
  name: nonEmpty,
  matches: list(match, { maxItems: 64 }),
  filters: list(filter, { maxItems: 16 }),
  backendRefs: list(backendRef, { maxItems: 16 }),
  timeouts: closed({ request: text, backendRequest: text }),
  retry: object({}),
  sessionPersistence: object({}),
});
const parentRef = closed(
  { group: text, kind: nonEmpty, namespace: nonEmpty, name: nonEmpty, sectionName: nonEmpty, port },
  "name",
);
const selector = object({
  matchLabels: names,
  matchExpressions: list(object({ key: text, operator: text }, "key", "operator")),
});
const routeKinds = list(object({ group: text, kind: nonEmpty }, "kind"), { maxItems: 8 });

const listener = closed(
  {
    name: nonEmpty,
    hostname: nonEmpty,
    port,
    protocol: nonEmpty,
    tls: object({
      mode: oneOf("Terminate", "Passthrough"),
      certificateRefs: list(closed({ group: text, kind: nonEmpty, name: nonEmpty, namespace: nonEmpty }, "name"), {
        maxItems: 64,
      }),
      options: names,
    }),
    allowedRoutes: closed({
      namespaces: closed({ from: oneOf("All", "Selector", "Same", "None"), selector }),
      kinds: routeKinds,
    }),
  },
  "name",
  "port",
  "protocol",
);

/** Schemas of the Gateway API kinds: `spec` and `status`. Source: the v1.2 CRDs. */
export const gatewaySchemas = {
  GatewayClass: {
    spec: closed(
      {
        controllerName: nonEmpty,
        description: text,
        parametersRef: object(
          { group: text, kind: nonEmpty, name: nonEmpty, namespace: text },
          "group",
          "kind",
          "name",
        ),
      },
      "controllerName",
    ),
    status: object({ conditions, supportedFeatures: listBy(["name"], object({ name: text }, "name")) }),
  },
  Gateway: {
    spec: closed(
      {
        gatewayClassName: nonEmpty,
        listeners: listBy(["name"], listener, { minItems: 1, maxItems: 64 }),
        addresses: list(object({ type: text, value: text }), { maxItems: 16 }),
        infrastructure: object({ labels: names, annotations: names }),
        backendTLS: object({}),
        tls: object({}),
        allowedListeners: object({}),
        defaultScope: text,
      },
      "gatewayClassName",
      "listeners",
    ),
    status: object({
      addresses: list(object({ type: text, value: nonEmpty }, "value"), { maxItems: 16 }),
      conditions,
      listeners: listBy(
        ["name"],
        object(
          { name: nonEmpty, attachedRoutes: integer, conditions, supportedKinds: routeKinds },
          "name",
          "attachedRoutes",
          "conditions",
          "supportedKinds",
        ),
      ),
    }),
  },
  HTTPRoute: {
    spec: closed({
      parentRefs: list(parentRef, { maxItems: 32 }),
      hostnames: list(nonEmpty, { maxItems: 16 }),
      rules: list(rule, { maxItems: 16 }),
      useDefaultGateways: text,
    }),
    status: object(
      {
        parents: list(object({ parentRef, controllerName: nonEmpty, conditions }, "parentRef", "controllerName"), {
          maxItems: 32,
        }),
      },
      "parents",
    ),
  },
  ReferenceGrant: {
    spec: closed(
      {
        from: list(closed({ group: text, kind: nonEmpty, namespace: nonEmpty }, "group", "kind", "namespace"), {
          minItems: 1,
          maxItems: 16,
        }),
        to: list(closed({ group: text, kind: nonEmpty, name: nonEmpty }, "group", "kind"), {
          minItems: 1,
          maxItems: 16,
        }),
      },
      "from",
      "to",
    ),
  },
} as const satisfies Record<string, { spec: Schema; status?: Schema }>;
