import type { ClusterCondition } from "@fairlead/contract";
import type { Cluster, ClusterClone, SharedCluster } from "@fairlead/database";

/** What there is to look at about a cluster: refused connectors first. Pure. */
export function clusterConditions(
  cluster: Pick<Cluster, "id" | "name" | "kubeSystemUid">,
  clones: readonly ClusterClone[],
  shared: readonly SharedCluster[],
): ClusterCondition[] {
  const copied = clones
    .toSorted((a, b) => (a.reason < b.reason ? -1 : 1))
    .map(
      (clone): ClusterCondition => ({
        type: "IdentityCopied",
        status: "True",
        reason: clone.reason === "other_cluster" ? "OtherCluster" : "SecondConnector",
        message: clone.reason === "other_cluster" ? otherCluster(cluster, clone) : secondConnector(cluster),
        since: clone.since.toISOString(),
        lastSeenAt: clone.lastSeenAt.toISOString(),
      }),
    );
  if (shared.length === 0) return copied;
  const names = shared.map(({ other }) => `${other.name} (${other.id})`).join(", ");
  const message =
    `The same Kubernetes cluster has joined as ${names} too. Both apply what is placed on them there; where that meets, ` +
    "they undo each other's work. Delete or revoke one of them.";
  return [
    ...copied,
    { type: "SharedKubernetesCluster", status: "True", reason: "JoinedTwice", message, since: null, lastSeenAt: null },
  ];
}

function otherCluster({ name, kubeSystemUid }: Pick<Cluster, "name" | "kubeSystemUid">, clone: ClusterClone): string {
  return (
    `A connector with this cluster's identity runs in another Kubernetes cluster, whose kube-system namespace has the uid ` +
    `${clone.kubeSystemUid} (this one's: ${kubeSystemUid ?? "not known"}), and is refused. If that cluster replaces this one: ` +
    `fairlead cluster confirm ${name} --uid ${clone.kubeSystemUid}. If not, take the connector's state away there and join it by itself.`
  );
}

function secondConnector({ name }: Pick<Cluster, "name">): string {
  return (
    "Two connectors with this cluster's identity put each other out in turn, as after a copy of a whole cluster; the one that has " +
    "the session keeps it, the other is refused. Take the connector's state away in one of them and join it by itself; then: " +
    `fairlead cluster confirm ${name}.`
  );
}
