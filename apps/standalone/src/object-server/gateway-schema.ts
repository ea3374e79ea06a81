import { extensionRef, externalAuth } from "./route-filter-schema.ts";
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
const selector = object({
  matchLabels: names,
  matchExpressions: list(object({ key: text, operator: text }, "key", "operator")),
});
const routeKinds = list(object({ group: text, kind: nonEmpty }, "kind"), { maxItems: 8 });

const secretReference = closed({ group: text, kind: nonEmpty, name: nonEmpty, namespace: nonEmpty }, "name");
const namespaces = (...from: string[]) => closed({ from: oneOf(...from), selector });
const listener = closed(
  {
    name: nonEmpty,
    hostname: nonEmpty,
    port,
    protocol: nonEmpty,
    tls: closed({
      mode: oneOf("Terminate", "Passthrough"),
      certificateRefs: list(secretReference, { maxItems: 64 }),
      options: names,
    }),
    allowedRoutes: closed({ namespaces: namespaces("All", "Selector", "Same"), kinds: routeKinds }),
    filters: closed({
      requests: list(closed({ type: oneOf("ExternalAuth", "ExtensionRef"), externalAuth, extensionRef }, "type"), {
        maxItems: 16,
      }),
    }),
  },
  "name",
  "port",
  "protocol",
);
const clientValidation = closed({
  validation: closed(
    {
      caCertificateRefs: list(
        closed({ group: text, kind: nonEmpty, name: nonEmpty, namespace: nonEmpty }, "group", "kind", "name"),
        { minItems: 1, maxItems: 16 },
      ),
      mode: oneOf("AllowValidOnly", "AllowInsecureFallback"),
    },
    "caCertificateRefs",
  ),
});
const tls = closed({
  backend: closed({ clientCertificateRef: secretReference }),
  frontend: closed(
    {
      default: clientValidation,
      perPort: listBy(["port"], closed({ port, tls: clientValidation }, "port", "tls"), { maxItems: 64 }),
    },
    "default",
  ),
});

/** Schemas of the other Gateway API kinds: `spec` and `status`. Source: the CRDs of Gateway API v1.7, both channels. */
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
        addresses: list(closed({ type: nonEmpty, value: text, routability: text }), { maxItems: 16 }),
        infrastructure: closed({ labels: names, annotations: names, parametersRef: extensionRef }),
        tls,
        allowedListeners: closed({ namespaces: namespaces("All", "Selector", "Same", "None") }),
        defaultScope: oneOf("All", "None"),
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
