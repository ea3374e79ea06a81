import { z } from "@hono/zod-openapi";
import { labelSelector } from "../schemas/label-selector.ts";
import { strictObject } from "../strict-object.ts";
import {
  apiGroup,
  dnsLabel,
  dnsSubdomain,
  hostname,
  labelKey,
  labelValue,
  objectKind,
  objectName,
  portNumber,
} from "./kubernetes-names.ts";

const secretReference = strictObject({
  group: apiGroup.optional(),
  kind: objectKind.optional(),
  name: objectName,
  namespace: dnsLabel.optional(),
});

const tls = strictObject({
  mode: z.enum(["Terminate", "Passthrough"]).optional(),
  certificateRefs: z.array(secretReference).max(64).optional(),
  options: z.record(z.string().min(1).max(253), z.string().max(4096)).optional(),
}).refine(
  (value) =>
    value.mode === "Passthrough" ||
    (value.certificateRefs ?? []).length > 0 ||
    Object.keys(value.options ?? {}).length > 0,
  { message: "must name at least one certificate when mode is Terminate", path: ["certificateRefs"] },
);

const allowedRoutes = strictObject({
  namespaces: strictObject({
    from: z.enum(["All", "Selector", "Same", "None"]).optional(),
    selector: labelSelector.optional(),
  }).optional(),
  kinds: z
    .array(strictObject({ group: apiGroup.optional(), kind: objectKind }))
    .max(8)
    .optional(),
});

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
  tls: tls.optional(),
  allowedRoutes: allowedRoutes.optional(),
}).superRefine((value, context) => {
  const say = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
  if (["HTTP", "TCP", "UDP"].includes(value.protocol) && value.tls !== undefined) {
    say(["tls"], `must be absent for protocol ${value.protocol}; did you mean protocol HTTPS?`);
  }
  if (["TCP", "UDP"].includes(value.protocol) && value.hostname !== undefined) {
    say(["hostname"], `must be absent for protocol ${value.protocol}`);
  }
  if (value.protocol === "HTTPS" && value.tls?.mode === "Passthrough") {
    say(["tls", "mode"], "must be Terminate for protocol HTTPS; Passthrough goes with protocol TLS");
  }
});

const address = strictObject({
  type: z.string().min(1).max(253).optional(),
  value: z.string().max(253).optional(),
});

const infrastructure = strictObject({
  labels: z.record(labelKey, labelValue).optional(),
  annotations: z.record(labelKey, z.string().max(4096)).optional(),
  parametersRef: strictObject({ group: apiGroup, kind: objectKind, name: objectName }).optional(),
});

const MAX_LISTENERS = 64;

/** The spec of a Gateway. Source: `gateway.networking.k8s.io/v1`, standard channel, with its CRD's limits and rules. */
export const gatewaySpec = strictObject({
  gatewayClassName: z.string().min(1).max(253),
  listeners: z.array(listener).min(1).max(MAX_LISTENERS),
  addresses: z.array(address).max(16).optional(),
  infrastructure: infrastructure.optional(),
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
