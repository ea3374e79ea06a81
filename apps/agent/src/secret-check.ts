import { checkCertificate } from "@fairlead/envoy";
import type { KubernetesObject } from "@fairlead/kubernetes-types";
import type { Rejection } from "./rejection.ts";

/**
 * Why the certificate in a Secret cannot be served; undefined when it can, or when the object is no such Secret. The
 * model would answer by taking the listener away; a node keeps the certificate it had.
 */
export function checkSecret(object: KubernetesObject | undefined): Rejection | undefined {
  if (object?.kind !== "Secret" || object.apiVersion !== "v1") return undefined;
  const data = "data" in object && typeof object.data === "object" && object.data !== null ? object.data : {};
  const chain = "tls.crt" in data ? data["tls.crt"] : undefined;
  const key = "tls.key" in data ? data["tls.key"] : undefined;
  const problem =
    typeof chain === "string" && typeof key === "string"
      ? checkCertificate(decode(chain), decode(key))
      : "tls.crt or tls.key is missing";
  return problem === undefined ? undefined : { field: "data", reason: "InvalidCertificate", message: problem };
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
