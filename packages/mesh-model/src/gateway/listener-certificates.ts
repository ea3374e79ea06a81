import { GATEWAY_GROUP, type GatewayListener, type SecretObjectReference } from "@fairlead/kubernetes-types";
import type { Scope } from "../graph/cell.ts";
import { isPermitted, type Lookups } from "../ingest/lookups.ts";
import { negative, type Verdict } from "../verdict.ts";
import { isUsable, type ListenerShape } from "./listener.ts";

/** From when to when a certificate is good; RFC 3339. */
export interface CertificateValidity {
  /** `<namespace>/<name>`. */
  readonly secret: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

/** The certificates of a listener. */
export interface ListenerCertificates {
  /** `<namespace>/<name>` of those that can be served. */
  readonly certificates: readonly string[];
  /** The same and those that may be referred to but not be served. */
  readonly wanted: readonly string[];
  readonly validity: readonly CertificateValidity[];
  readonly problem?: Verdict;
}

/** Looks up the certificates of a listener; one without TLS has none. */
export function readCertificates(
  lookups: Lookups,
  scope: Scope,
  namespace: string,
  shape: ListenerShape,
  listener: GatewayListener | undefined,
): ListenerCertificates {
  const certificates = new Set<string>();
  const wanted = new Set<string>();
  const validity = new Map<string, CertificateValidity>();
  let problem: Verdict | undefined;
  if (isUsable(shape) && shape.protocol === "HTTPS") {
    const refs = listener?.tls?.certificateRefs ?? [];
    if (refs.length === 0) problem = negative("InvalidCertificateRef", "tls.certificateRefs is empty");
    for (const ref of refs) {
      const secret = `${ref.namespace ?? namespace}/${ref.name}`;
      const found = judgeReference(lookups, scope, namespace, ref);
      problem ??= found;
      if (isSecret(ref) && found?.reason !== "RefNotPermitted") wanted.add(secret);
      if (found !== undefined) continue;
      certificates.add(secret);
      const facts = scope.read(lookups.certificates, secret)?.facts;
      if (facts) validity.set(secret, { secret, notBefore: facts.notBefore, notAfter: facts.notAfter });
    }
  }
  return {
    certificates: [...certificates],
    wanted: [...wanted],
    validity: [...validity.values()],
    ...(problem && { problem }),
  };
}

function judgeReference(
  lookups: Lookups,
  scope: Scope,
  namespace: string,
  ref: SecretObjectReference,
): Verdict | undefined {
  const { group = "", kind = "Secret", name } = ref;
  if (!isSecret(ref)) {
    return negative("InvalidCertificateRef", `Certificate reference of kind ${kind} is not supported; use a Secret`);
  }
  const to = { group, kind, namespace: ref.namespace ?? namespace, name };
  if (!isPermitted(lookups, scope, { from: { group: GATEWAY_GROUP, kind: "Gateway", namespace }, to })) {
    return negative("RefNotPermitted", `No ReferenceGrant in namespace ${to.namespace} allows Secret ${to.name}`);
  }
  const check = scope.read(lookups.certificates, `${to.namespace}/${name}`);
  if (check?.problem === undefined) return undefined;
  return negative("InvalidCertificateRef", `Secret ${to.namespace}/${name} ${check.problem}`);
}

function isSecret({ group = "", kind = "Secret" }: SecretObjectReference): boolean {
  return group === "" && kind === "Secret";
}
