/** What the bytes of a field mean. `inline` merges a message's members into the one around it, as Go embeds it. */
export type FieldKind =
  | "string"
  | "bytes"
  | "number"
  | "boolean"
  | "ignored"
  | { readonly map: "string" | "bytes" }
  | { readonly message: Message }
  | { readonly inline: Message };

/** A message's fields by number. Lists are marked, since one item looks like a single value. */
export type Message = Readonly<
  Record<number, { readonly name: string; readonly kind: FieldKind; readonly list?: true }>
>;

const field = (name: string, kind: FieldKind = "string") => ({ name, kind });
const list = (name: string, kind: FieldKind = "string") => ({ name, kind, list: true }) as const;
const message = (name: string, fields: Message) => field(name, { message: fields });

const ownerReference: Message = {
  1: field("kind"),
  3: field("name"),
  4: field("uid"),
  5: field("apiVersion"),
  6: field("controller", "boolean"),
  7: field("blockOwnerDeletion", "boolean"),
};

const metadata = message("metadata", {
  1: field("name"),
  2: field("generateName"),
  3: field("namespace"),
  4: field("selfLink", "ignored"),
  5: field("uid"),
  6: field("resourceVersion"),
  7: field("generation", "ignored"),
  8: field("creationTimestamp", "ignored"),
  9: field("deletionTimestamp", "ignored"),
  10: field("deletionGracePeriodSeconds", "ignored"),
  11: field("labels", { map: "string" }),
  12: field("annotations", { map: "string" }),
  13: list("ownerReferences", { message: ownerReference }),
  14: list("finalizers"),
  17: field("managedFields", "ignored"),
});
const status = field("status", "ignored");

const ingressBackend: Message = {
  3: message("resource", { 1: field("apiGroup"), 2: field("kind"), 3: field("name") }),
  4: message("service", { 1: field("name"), 2: message("port", { 1: field("name"), 2: field("number", "number") }) }),
};
const ingressPath: Message = { 1: field("path"), 2: message("backend", ingressBackend), 3: field("pathType") };
const ingressRule: Message = {
  1: field("host"),
  2: { name: "", kind: { inline: { 1: message("http", { 1: list("paths", { message: ingressPath }) }) } } },
};

const servicePort: Message = {
  1: field("name"),
  2: field("protocol"),
  3: field("port", "number"),
  // IntOrString: what is set of the two is what is meant.
  4: message("targetPort", { 1: field("type", "ignored"), 2: field("intVal", "number"), 3: field("strVal") }),
  5: field("nodePort", "number"),
  6: field("appProtocol"),
};

/** The messages of the kinds that `kubectl create` sends in protobuf. Source: `generated.proto` of k8s.io/api v0.33. */
export const messages: Readonly<Record<string, Message>> = {
  "v1 Namespace": { 1: metadata, 2: message("spec", { 1: list("finalizers") }), 3: status },
  "v1 ConfigMap": {
    1: metadata,
    2: field("data", { map: "string" }),
    3: field("binaryData", { map: "bytes" }),
    4: field("immutable", "boolean"),
  },
  "v1 Secret": {
    1: metadata,
    2: field("data", { map: "bytes" }),
    3: field("type"),
    4: field("stringData", { map: "string" }),
    5: field("immutable", "boolean"),
  },
  "v1 Service": {
    1: metadata,
    2: message("spec", {
      1: list("ports", { message: servicePort }),
      2: field("selector", { map: "string" }),
      3: field("clusterIP"),
      4: field("type"),
      5: list("externalIPs"),
      7: field("sessionAffinity"),
      8: field("loadBalancerIP"),
      10: field("externalName"),
      11: field("externalTrafficPolicy"),
      17: field("ipFamilyPolicy"),
      18: list("clusterIPs"),
      19: list("ipFamilies"),
      21: field("loadBalancerClass"),
      22: field("internalTrafficPolicy"),
    }),
    3: status,
  },
  "networking.k8s.io/v1 Ingress": {
    1: metadata,
    2: message("spec", {
      1: message("defaultBackend", ingressBackend),
      2: list("tls", { message: { 1: list("hosts"), 2: field("secretName") } }),
      3: list("rules", { message: ingressRule }),
      4: field("ingressClassName"),
    }),
    3: status,
  },
};
