import { X509Certificate } from "node:crypto";

/** What a certificate says of itself; nothing in it is secret. Times are RFC 3339 in UTC, to the second. */
export interface CertificateFacts {
  /** DNS names and IP addresses of the subject alternative name, sorted; the common name where there is none. */
  readonly names: readonly string[];
  readonly notBefore: string;
  readonly notAfter: string;
  /** Distinguished name on one line, such as `CN=Example CA, O=Example`. */
  readonly issuer: string;
  /** SHA-256 of the DER form, 64 lower-case hex digits. */
  readonly fingerprint: string;
}

/** Facts of the first certificate in a PEM text, which is the one that is served; undefined when there is none. */
export function certificateFacts(pem: string): CertificateFacts | undefined {
  try {
    return factsOf(new X509Certificate(pem));
  } catch {
    return undefined;
  }
}

/** Facts of a certificate that has been read already. */
export function factsOf(certificate: X509Certificate): CertificateFacts {
  return {
    names: namesOf(certificate),
    notBefore: toSecond(certificate.validFromDate),
    notAfter: toSecond(certificate.validToDate),
    issuer: oneLine(certificate.issuer),
    fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
  };
}

// Node puts a name that could be mistaken for two into JSON quotes.
const ALTERNATIVE = /(?:^|, )(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g;

function namesOf({ subject, subjectAltName = "" }: X509Certificate): string[] {
  const names = [...subjectAltName.matchAll(ALTERNATIVE)].flatMap(([, name = ""]) => unquote(name));
  if (names.length === 0) names.push(...(/^CN=(.+)$/m.exec(subject)?.slice(1) ?? []));
  return [...new Set(names)].sort();
}

function unquote(name: string): string {
  if (!name.startsWith('"')) return name;
  const value: unknown = JSON.parse(name);
  return String(value);
}

function oneLine(name: string): string {
  return name.trim().split("\n").reverse().join(", ");
}

function toSecond(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, "Z");
}
