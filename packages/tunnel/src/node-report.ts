import { MeshError, parseRevision, type Revision } from "@fairlead/core";
import { MAX_NODE_CERTIFICATES, type NodeCertificate } from "./facts/certificates.ts";
import type { BundleKey } from "./frame.ts";

/** Where agents report, on the connector. HTTP/2 without TLS, POST, JSON, bearer token. */
export const NODE_REPORT_PATH = "/v1/node-report";

/** How often an agent reports when nothing changes, in milliseconds. */
export const NODE_REPORT_INTERVAL_MS = 5_000;

/** Largest report, in bytes; a full report of more objects is sent in several, the first with `full`. */
export const NODE_REPORT_MAX_BYTES = 4 * 1024 * 1024;

/** What one node's proxy made of one object. */
export interface NodeObjectReport<R = Revision> {
  readonly key: BundleKey;
  /** The revision the agent read from the object's annotation. */
  readonly revision: R;
  /** `proxied`: Envoy acknowledged everything that came of it. `rejected`: its last good form serves on. */
  readonly state: "proxied" | "pending" | "rejected";
  /** When the state was reached, in milliseconds since the Unix epoch. */
  readonly at: number;
  readonly rejection?: { readonly field: string; readonly reason: string; readonly message: string };
}

/** A report of a node's agent; `R` is the revision as text (`epoch.n`) on the wire. */
export interface NodeReport<R = Revision> {
  readonly node: string;
  /** Changes with every start of the agent. */
  readonly instance: string;
  /** Grows by one with every report of an instance; the same report sent again keeps its number. */
  readonly seq: number;
  /** Replaces all that was reported before. */
  readonly full: boolean;
  readonly objects: readonly NodeObjectReport<R>[];
  readonly removed: readonly BundleKey[];
  /** All TLS Secrets in use on the node; absent: as it was said before, or the agent does not say. */
  readonly certificates?: readonly NodeCertificate[];
}

/** A report as JSON. */
export type NodeReportBody = NodeReport<string>;

/** The connector's answer. */
export interface NodeReportAnswer {
  /** The connector does not know what came before this report: send a full one. */
  readonly resync: boolean;
}

/** Reads a report's JSON. Throws `invalid_field`, naming the field. */
export function parseNodeReport(value: unknown): NodeReport {
  const body = record(value, "report");
  const seq = body.seq;
  if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 0) throw wrong("seq", "must be a whole number");
  if (typeof body.full !== "boolean") throw wrong("full", "must be true or false");
  return {
    node: text(body.node, "node"),
    instance: text(body.instance, "instance"),
    seq,
    full: body.full,
    objects: list(body.objects, "objects").map((item, index) => object(item, `objects[${index}]`)),
    removed: list(body.removed, "removed").map((item, index) => text(item, `removed[${index}]`)),
    ...(body.certificates !== undefined && { certificates: certificates(body.certificates) }),
  };
}

function certificates(value: unknown): NodeCertificate[] {
  const items = list(value, "certificates");
  if (items.length > MAX_NODE_CERTIFICATES) {
    throw wrong("certificates", `must have at most ${MAX_NODE_CERTIFICATES} items`);
  }
  return items.map((item, index) => certificate(item, `certificates[${index}]`));
}

// Each field by its name: whatever else an agent might send stays on the node.
function certificate(value: unknown, field: string): NodeCertificate {
  const item = record(value, field);
  const facts = item.facts === undefined ? undefined : record(item.facts, `${field}.facts`);
  const texts = (of: unknown, at: string) => list(of, at).map((one, index) => text(one, `${at}[${index}]`));
  return {
    namespace: text(item.namespace, `${field}.namespace`),
    name: text(item.name, `${field}.name`),
    usedBy: texts(item.usedBy, `${field}.usedBy`),
    problem: optionalText(item.problem),
    facts: facts && {
      names: texts(facts.names, `${field}.facts.names`),
      notBefore: text(facts.notBefore, `${field}.facts.notBefore`),
      notAfter: text(facts.notAfter, `${field}.facts.notAfter`),
      issuer: optionalText(facts.issuer),
      fingerprint: text(facts.fingerprint, `${field}.facts.fingerprint`),
    },
  };
}

function object(value: unknown, field: string): NodeObjectReport {
  const item = record(value, field);
  const { state, at } = item;
  const revision = parseRevision(text(item.revision, `${field}.revision`));
  if (revision === undefined) throw wrong(`${field}.revision`, "must be epoch.n");
  if (state !== "proxied" && state !== "pending" && state !== "rejected") {
    throw wrong(`${field}.state`, "must be proxied, pending or rejected");
  }
  if (typeof at !== "number") throw wrong(`${field}.at`, "must be milliseconds");
  const base: NodeObjectReport = { key: text(item.key, `${field}.key`), revision, state, at };
  if (item.rejection === undefined) return base;
  const rejection = record(item.rejection, `${field}.rejection`);
  return {
    ...base,
    rejection: {
      field: optionalText(rejection.field),
      reason: optionalText(rejection.reason),
      message: optionalText(rejection.message),
    },
  };
}

function record(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(field, "must be an object");
  return Object.fromEntries(Object.entries(value));
}

function list(value: unknown, field: string): unknown[] {
  if (!Array.isArray(value)) throw wrong(field, "must be a list");
  return value;
}

function text(value: unknown, field: string): string {
  if (typeof value !== "string" || value === "" || value.length > 1024) throw wrong(field, "must be a short text");
  return value;
}

function optionalText(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 4096) : "";
}

function wrong(field: string, message: string): MeshError {
  return new MeshError("invalid_field", { public: `${field} ${message}`, fields: [{ field, message }] });
}
