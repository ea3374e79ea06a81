import type { ObjectKey } from "@fairlead/kubernetes-types";
import type { Group, Layer } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import type { CertificateFacts } from "./certificate-facts.ts";
import type { Lookups } from "./lookups.ts";

/** A TLS Secret that something serves, or would if it could be used. */
export interface CertificateUse {
  /** `<namespace>/<name>`. */
  readonly secret: string;
  /** Gateways and Ingresses, sorted. */
  readonly usedBy: readonly ObjectKey[];
  /** Absent: there is nothing to read, or it is not read here. */
  readonly facts?: CertificateFacts;
  /** Why it cannot be served. */
  readonly problem?: string;
}

/** Adds the Secrets in use to a graph, by `<namespace>/<name>`. */
export function addCertificateUses(
  graph: Graph,
  lookups: Lookups,
  users: Group<ObjectKey>,
  rank: number,
): Layer<CertificateUse> {
  return graph.derive<ReadonlyMap<string, ObjectKey>, CertificateUse>({
    name: "certificate-use",
    rank,
    from: users,
    compute: (secret, members, scope) => {
      const { facts, problem } = scope.read(lookups.certificates, secret) ?? {};
      const usedBy = [...new Set(members.values())].sort();
      return { secret, usedBy, ...(facts && { facts }), ...(problem !== undefined && { problem }) };
    },
  });
}
