import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Secret } from "@fairlead/kubernetes-types";
import { type CertificateFacts, factsOf } from "./certificate-facts.ts";

/** A certificate ready to be served, or why there is none; `facts` wherever there is one to read. */
export type CertificateCheck =
  | { readonly chain: string; readonly key: string; readonly facts: CertificateFacts; readonly problem?: never }
  | { readonly problem: string; readonly facts?: CertificateFacts }
  /** Not to be read here: it is for others to say. */
  | { readonly assumed: true; readonly problem?: never; readonly facts?: never };

/** The problem of a Secret that is not there. */
export const NO_SECRET = "does not exist";

/** Reads certificate and key from a Secret as `kubernetes.io/tls` holds them, and checks that they belong together. */
export function readCertificate(secret: Secret | undefined): CertificateCheck {
  if (secret === undefined) return { problem: NO_SECRET };
  const chain = decode(secret.data?.["tls.crt"]);
  const key = decode(secret.data?.["tls.key"]);
  if (chain === undefined) return { problem: "has no tls.crt" };
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(chain);
  } catch {
    return { problem: "has a tls.crt that is not a PEM certificate" };
  }
  const facts = factsOf(certificate);
  if (key === undefined) return { problem: "has no tls.key", facts };
  try {
    if (!certificate.checkPrivateKey(createPrivateKey(key))) {
      return { problem: "has a tls.key that does not belong to its tls.crt", facts };
    }
  } catch {
    return { problem: "has a tls.key that is not a PEM private key", facts };
  }
  return { chain, key, facts };
}

function decode(base64: string | undefined): string | undefined {
  return base64 === undefined || base64 === "" ? undefined : Buffer.from(base64, "base64").toString("utf8");
}
