import { z } from "@hono/zod-openapi";
import { labelSelector } from "../schemas/label-selector.ts";
import { strictObject } from "../strict-object.ts";
import { externalAuth } from "./external-auth.ts";
import { checkFilterFields, extensionReference } from "./filter-fields.ts";
import { gatewayAddresses } from "./gateway-address.ts";
import { gatewayTls, listenerTls } from "./gateway-tls.ts";
import { apiGroup, dnsSubdomain, hostname, labelKey, labelValue, objectKind, portNumber } from "./kubernetes-names.ts";

const allowedRoutes = strictObject({
  namespaces: strictObject({
    from: z.enum(["All", "Selector", "Same"]).optional(),
    selector: labelSelector.optional(),
  }).optional(),
  kinds: z
    .array(strictObject({ group: apiGroup.optional(), kind: objectKind }))
    .max(8)
    .optional(),
});

const listenerFilter = strictObject({
  type: z.enum(["ExternalAuth", "ExtensionRef"]),
  externalAuth: externalAuth.optional(),
  extensionRef: extensionReference.optional(),
}).superRefine(checkFilterFields({ ExternalAuth: "externalAuth", ExtensionRef: "extensionRef" }));

const listener = strictObject({
  name: dnsSubdomain.min(1),
  hostname: hostname.optional(),
  port: portNumber,
  protocol: z
    .string()
    .min(1)
    .max(255)
    .regex(
      /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9]+$/,
      "must be HTTP, HTTPS, TLS, TCP, UDP, or a domain-prefixed protocol",
    ),
  tls: listenerTls.optional(),
  allowedRoutes: allowedRoutes.optional(),
  filters: strictObject({ requests: z.array(listenerFilter).max(16).optional() }).optional(),
}).superRefine((value, context) => {
  const say = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
  if (["HTTP", "TCP", "UDP"].includes(value.protocol) && value.tls !== undefined) {
    say(["tls"], `must be absent for protocol ${value.protocol}; did you mean protocol HTTPS?`);
  }
  if (["TCP", "UDP"].includes(value.protocol) && value.hostname !== undefined) {
    say(["hostname"], `must be absent for protocol ${value.protocol}`);
  }
  if (value.protocol === "TLS" && value.tls === undefined) {
    say(["tls"], "is required for protocol TLS, with mode Terminate or Passthrough");
  }
  if (!["HTTP", "HTTPS"].includes(value.protocol) && value.filters !== undefined) {
    say(["filters"], `must be absent for protocol ${value.protocol}; only HTTP and HTTPS have filters`);
  }
  if (value.protocol === "HTTPS" && value.tls?.mode === "Passthrough") {
    say(["tls", "mode"], "must be Terminate for protocol HTTPS; Passthrough goes with protocol TLS");
  }
});

/** Labels or annotations for what is made for the Gateway: at most `max`. */
const atMost = <V extends z.ZodType>(max: number, value: V) =>
  z
    .record(labelKey, value)
    .refine((entries) => Object.keys(entries).length <= max, `must have at most ${max} entries`)
    .openapi({ maxProperties: max })
    .optional();

const infrastructure = strictObject({
  labels: atMost(8, labelValue),
  annotations: atMost(16, z.string().max(4096)),
  parametersRef: extensionReference.optional(),
});

const allowedListeners = strictObject({
  namespaces: strictObject({
    from: z.enum(["All", "Selector", "Same", "None"]).optional(),
    selector: labelSelector.optional(),
  }).optional(),
});

const MAX_LISTENERS = 64;

/** The spec of a Gateway. Source: `gateway.networking.k8s.io/v1` as in Gateway API v1.7, both channels, with its CRD's limits and rules. */
export const gatewaySpec = strictObject({
  gatewayClassName: z.string().min(1).max(253),
  listeners: z.array(listener).min(1).max(MAX_LISTENERS),
  addresses: gatewayAddresses.optional(),
  infrastructure: infrastructure.optional(),
  tls: gatewayTls.optional(),
  allowedListeners: allowedListeners.optional(),
  defaultScope: z.enum(["All", "None"]).optional(),
})
  .superRefine((value, context) => {
    const names = new Map<string, number>();
    const places = new Map<string, number>();
    for (const [index, { name, port, protocol, hostname: host }] of value.listeners.entries()) {
      const sameName = names.get(name);
      const place = `${port}/${protocol}/${host ?? ""}`;
      const samePlace = places.get(place);
      if (sameName !== undefined) {
        context.addIssue({
          code: "custom",
          path: ["listeners", index, "name"],
          message: `must be unique; listeners[${sameName}] has it too`,
        });
      }
      if (samePlace !== undefined) {
        const message = `must differ from listeners[${samePlace}] in port, protocol or hostname`;
        context.addIssue({ code: "custom", path: ["listeners", index], message });
      }
      names.set(name, index);
      places.set(place, index);
    }
  })
  .openapi("GatewaySpec");
