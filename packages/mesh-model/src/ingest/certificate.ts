import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Secret } from "@fairlead/kubernetes-types";

/** A certificate ready to be served, or why there is none. */
export type CertificateCheck =
  | { readonly chain: string; readonly key: string; readonly problem?: never }
  | { readonly problem: string };

/** Reads certificate and key from a Secret as `kubernetes.io/tls` holds them, and checks that they belong together. */
export function readCertificate(secret: Secret | undefined): CertificateCheck {
  if (secret === undefined) return { problem: "does not exist" };
  const chain = decode(secret.data?.["tls.crt"]);
  const key = decode(secret.data?.["tls.key"]);
  if (chain === undefined) return { problem: "has no tls.crt" };
  if (key === undefined) return { problem: "has no tls.key" };
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(chain);
  } catch {
    return { problem: "has a tls.crt that is not a PEM certificate" };
  }
  try {
    if (!certificate.checkPrivateKey(createPrivateKey(key))) {
      return { problem: "has a tls.key that does not belong to its tls.crt" };
    }
  } catch {
    return { problem: "has a tls.key that is not a PEM private key" };
  }
  return { chain, key };
}

function decode(base64: string | undefined): string | undefined {
  return base64 === undefined || base64 === "" ? undefined : Buffer.from(base64, "base64").toString("utf8");
}
