import type { ObjectKey } from "@fairlead/kubernetes-types";
import type { Fault } from "../fault.ts";
import type { Group, Layer } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import { ANY_HOST } from "../hosts.ts";
import { compareAge } from "../precedence.ts";
import type { IngressView } from "./ingresses.ts";

/** A path of a host that an Ingress wants. */
export interface PathClaim {
  readonly key: ObjectKey;
  readonly created: string;
}

/** Under which a path is claimed: one of a host, of its kind, on the socket of the Ingress. */
export function pathClaimKey(
  scope: string,
  host: string,
  path: { readonly type: string; readonly value: string },
): string {
  return `${scope}|${host}|${path.type}|${path.value}`;
}

/**
 * Adds the final views of Ingresses: of several that have the same path of the same host on one socket, all but the
 * oldest say that their requests go elsewhere; of several in one Ingress, all but the first.
 */
export function addIngressViews(
  graph: Graph,
  views: Layer<IngressView>,
  claims: Group<PathClaim>,
  rank: number,
): Layer<IngressView> {
  return graph.derive<IngressView, IngressView>({
    name: "ingress-view",
    from: views,
    rank,
    compute: (_, view, scope) => {
      const own = new Map<string, string>();
      const conflicts = view.paths.flatMap(({ field, host, path }): Fault[] => {
        const on = host === ANY_HOST ? "any host" : host;
        const claim = pathClaimKey(view.scope, host, path);
        const first = own.get(claim);
        if (first !== undefined) {
          return [
            {
              field,
              reason: "PathConflict",
              message: `${field}: ${path.value} on ${on} goes to ${first}, which has it too`,
            },
          ];
        }
        own.set(claim, field);
        const members = scope.read(claims, claim) ?? new Map<string, PathClaim>();
        const [winner] = [...members.values()].sort((a, b) => compareAge(named(a), named(b)));
        if (winner === undefined || winner.key === view.key) return [];
        const [, kind, namespace, name] = winner.key.split("/");
        const message = `${field}: ${path.value} on ${on} goes to the older ${kind} ${namespace}/${name}, which has it too`;
        return [{ field, reason: "PathConflict", message }];
      });
      return conflicts.length === 0 ? view : { ...view, conflicts: [...view.conflicts, ...conflicts] };
    },
  });
}

function named({ key, created }: PathClaim): { readonly created: string; readonly name: string } {
  return { created, name: key };
}
