import type { FindingCode } from "@fairlead/contract";
import type { CertificateState, KnownCertificate } from "../types.ts";
import type { World } from "../world.ts";

const CODES = {
  absent: "secret_not_found",
  unusable: "certificate_unusable",
  expired: "certificate_expired",
  expiring: "certificate_expiring",
} as const satisfies Readonly<Record<Exclude<CertificateState, "valid">, FindingCode>>;

/** What is wrong with the certificate of a Secret (`<namespace>/<name>`), in words that follow its name; undefined: nothing. */
export function secretProblem(
  world: World,
  secret: string,
): { readonly code: FindingCode; readonly text: string } | undefined {
  if (world.secretNamespaces?.includes(secret.slice(0, secret.indexOf("/"))) === false) {
    const text = "its namespace is none of those whose Secrets may be read (tls.secretNamespaces of the chart)";
    return { code: "secret_not_readable", text };
  }
  const known = world.certificates.get(secret);
  if (known === undefined)
    return { code: "secret_unchecked", text: "no node has told of it yet, so it is not checked" };
  return known.state === "valid" ? undefined : { code: CODES[known.state], text: known.message };
}

/** What is known of certificates, as text: where it is equal they are judged alike. */
export function certificatesView(certificates: ReadonlyMap<string, KnownCertificate>): string {
  return [...certificates].map(([secret, { state, message }]) => `${secret} ${state} ${message}`).join("\n");
}
