import type { Certificate } from "@fairlead/contract";
import { CERTIFICATE_KEY_PREFIX, type ClusterCertificate } from "@fairlead/tunnel";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A certificate with less left than this is expiring; one that does not live three times as long, in its last third. */
const EXPIRING_MS = 30 * DAY_MS;

/** A certificate as it is at a moment, without those who use it. */
export type JudgedCertificate = Omit<Certificate, "usedBy"> & Pick<ClusterCertificate, "usedBy">;

/** Reads what a connector told of certificates, by `<namespace>/<name>`; what is not of their shape is left out. */
export function readCertificate(key: string, body: string): ClusterCertificate | undefined {
  if (!key.startsWith(CERTIFICATE_KEY_PREFIX)) return undefined;
  const value: unknown = JSON.parse(body);
  return isCertificate(value) ? value : undefined;
}

/** How a certificate is at `now`, in milliseconds since the Unix epoch. */
export function judgeCertificate(certificate: ClusterCertificate, now: number): JudgedCertificate {
  const { namespace, name, facts, nodes, usedBy } = certificate;
  const { state, message } = judge(certificate, now);
  return {
    namespace,
    name,
    names: [...(facts?.names ?? [])],
    notBefore: facts ? moment(facts.notBefore) : null,
    notAfter: facts ? moment(facts.notAfter) : null,
    issuer: facts?.issuer ?? null,
    fingerprint: facts?.fingerprint ?? null,
    state,
    message: [message, others(certificate)].filter((text) => text !== "").join("; "),
    usedBy,
    nodes: [...nodes],
  };
}

function judge({ problem, facts }: ClusterCertificate, now: number): Pick<Certificate, "state" | "message"> {
  if (problem !== "") return { state: "unusable", message: `the Secret ${problem}` };
  if (facts === undefined) return { state: "unusable", message: "the Secret has no certificate that can be read" };
  const [from, until] = [Date.parse(facts.notBefore), Date.parse(facts.notAfter)];
  if (now >= until) return { state: "expired", message: `expired ${days(now - until)} ago` };
  if (now < from) return { state: "unusable", message: `is not valid before ${facts.notBefore}` };
  const left = until - now;
  if (left < Math.min(EXPIRING_MS, (until - from) / 3))
    return { state: "expiring", message: `expires in ${days(left)}` };
  return { state: "valid", message: "" };
}

function others({ otherNodes }: ClusterCertificate): string {
  return otherNodes.length === 0 ? "" : `another certificate is on ${otherNodes.join(", ")}`;
}

function days(ms: number): string {
  const whole = Math.floor(ms / DAY_MS);
  return whole === 0 ? "less than a day" : whole === 1 ? "1 day" : `${whole} days`;
}

function moment(text: string): string {
  return new Date(text).toISOString();
}

function isCertificate(value: unknown): value is ClusterCertificate {
  if (!isRecord(value)) return false;
  const { namespace, name, problem, usedBy, nodes, otherNodes, facts } = value;
  const isFacts =
    facts === undefined ||
    (isRecord(facts) &&
      isTexts(facts.names) &&
      [facts.notBefore, facts.notAfter].every((time) => typeof time === "string" && !Number.isNaN(Date.parse(time))) &&
      [facts.issuer, facts.fingerprint].every((text) => typeof text === "string"));
  return (
    [namespace, name, problem].every((text) => typeof text === "string") &&
    [usedBy, nodes, otherNodes].every(isTexts) &&
    isFacts
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
