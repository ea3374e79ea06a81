import { NAMESPACE_NAME_LABEL } from "@fairlead/kubernetes-types";
import { isRecord, type JsonRecord, listAt, valueAt } from "./json-value.ts";
import type { Kind } from "./kind.ts";
import type { ServedObject } from "./served-object.ts";

const EPOCH = "1970-01-01T00:00:00Z";

/** Fills in what the API server fills in and clients rely on. */
export function withDefaults(object: ServedObject, kind: Kind): ServedObject {
  switch (kind.kind) {
    case "Namespace":
      return withLabel({ status: { phase: "Active" }, ...object }, NAMESPACE_NAME_LABEL, object.metadata.name);
    case "Secret":
      return secret(object);
    case "Service":
      return service(object);
    case "Gateway":
      return { ...object, status: object.status ?? { conditions: [pending("Accepted"), pending("Programmed")] } };
    case "GatewayClass":
      return { ...object, status: object.status ?? { conditions: [{ ...pending("Accepted"), reason: "Pending" }] } };
    default:
      return object;
  }
}

function pending(type: string): JsonRecord {
  return { type, status: "Unknown", reason: "Pending", message: "Waiting for controller", lastTransitionTime: EPOCH };
}

function withLabel(object: ServedObject, name: string, value: string): ServedObject {
  return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, [name]: value } } };
}

function secret(object: ServedObject): ServedObject {
  const { stringData, ...rest } = object;
  const type = rest.type ?? "Opaque";
  if (!isRecord(stringData)) return { ...rest, type };
  const plain = Object.entries(stringData).map(([name, text]) => [name, Buffer.from(String(text)).toString("base64")]);
  return { ...rest, type, data: { ...(isRecord(rest.data) ? rest.data : {}), ...Object.fromEntries(plain) } };
}

function service(object: ServedObject): ServedObject {
  if (!isRecord(object.spec)) return object;
  const ports = listAt(object, "spec", "ports").map((item) =>
    isRecord(item) ? { protocol: "TCP", targetPort: item.port, ...item } : item,
  );
  const spec = { type: "ClusterIP", sessionAffinity: "None", ...object.spec, ...(ports.length === 0 ? {} : { ports }) };
  return { ...object, spec, status: valueAt(object, ["status"]) ?? { loadBalancer: {} } };
}
