import { NAMESPACE_NAME_LABEL, type ReferenceGrant, type ServiceSpec } from "@fairlead/kubernetes-types";
import type { Family, Scope } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import { compareText } from "../precedence.ts";
import type { MeshSettings } from "../settings.ts";
import { type CertificateCheck, readCertificate } from "./certificate.ts";
import type { Sources } from "./sources.ts";

/** The parts of a Service that routing depends on; the rest of it may change without any effect. */
export type ServiceFacts = Pick<ServiceSpec, "type" | "ports" | "ipFamilies">;

/** What several computations look up, cut down to what matters so that other changes stop here. */
export interface Lookups {
  /** Labels of a namespace; every one has at least its name. */
  readonly namespaceLabels: Family<Readonly<Record<string, string>>>;
  /** By `<namespace>/<name>`. */
  readonly services: Family<ServiceFacts>;
  /** By `<namespace>/<name>` of the Secret; always has a value. */
  readonly certificates: Family<CertificateCheck>;
  /** ReferenceGrants of a namespace. */
  readonly grants: Family<readonly ReferenceGrant["spec"][]>;
}

/** Adds the lookups to a graph. Their ranks are 1 and 2. */
export function addLookups(
  graph: Graph,
  sources: Sources,
  { certificates, secretNamespaces }: Pick<MeshSettings, "certificates" | "secretNamespaces">,
): Lookups {
  const grantsByNamespace = graph.group<ReferenceGrant["spec"]>("grants-by-namespace", 1);
  graph.derive<ReferenceGrant, never>({
    name: "grant",
    rank: 1,
    from: sources.referenceGrants,
    compute: (_, grant, scope) => {
      scope.emit(grantsByNamespace, grant.metadata.namespace ?? "", { from: grant.spec.from, to: grant.spec.to });
      return undefined;
    },
  });
  return {
    namespaceLabels: graph.lookup({
      name: "namespace-labels",
      rank: 1,
      compute: (name, scope) => ({
        [NAMESPACE_NAME_LABEL]: name,
        ...scope.read(sources.namespaces, name)?.metadata.labels,
      }),
    }),
    services: graph.lookup({
      name: "service-facts",
      rank: 1,
      compute: (name, scope) => {
        const service = scope.read(sources.services, name);
        if (service === undefined) return undefined;
        const { type, ports, ipFamilies } = service.spec ?? {};
        return { ...(type && { type }), ...(ports && { ports }), ...(ipFamilies && { ipFamilies }) };
      },
    }),
    certificates: graph.lookup({
      name: "certificate-check",
      rank: 1,
      compute: (name, scope) => {
        if (secretNamespaces?.includes(name.slice(0, name.indexOf("/"))) === false) {
          return { problem: "may not be read: its namespace is none of those named when Fairlead was installed" };
        }
        if (certificates === "assume") return { assumed: true };
        const secret = scope.read(sources.secrets, name);
        return secret === undefined && certificates === "assume-absent" ? { assumed: true } : readCertificate(secret);
      },
    }),
    grants: graph.lookup({
      name: "grants",
      rank: 2,
      compute: (namespace, scope) =>
        [...(scope.read(grantsByNamespace, namespace) ?? [])]
          .sort(([a], [b]) => compareText(a, b))
          .map(([, grant]) => grant),
    }),
  };
}

/** Who refers, and to what; groups are empty for core kinds. */
export interface CrossReference {
  readonly from: { readonly group: string; readonly kind: string; readonly namespace: string };
  readonly to: { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string };
}

/** Whether a reference stays in its namespace or a ReferenceGrant of the other one allows it. */
export function isPermitted(lookups: Lookups, scope: Scope, { from, to }: CrossReference): boolean {
  if (from.namespace === to.namespace) return true;
  const grants = scope.read(lookups.grants, to.namespace) ?? [];
  return grants.some(
    (grant) =>
      grant.from.some((f) => f.group === from.group && f.kind === from.kind && f.namespace === from.namespace) &&
      grant.to.some((t) => t.group === to.group && t.kind === to.kind && (!t.name || t.name === to.name)),
  );
}
