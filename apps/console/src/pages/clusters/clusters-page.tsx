import { useQuery } from "@tanstack/react-query";
import { useApi } from "../../api/api-provider.tsx";
import { clustersQuery, rollUpQuery } from "../../api/queries.ts";
import { connectionWords, convergenceWords } from "../../domain/state-words.ts";
import { paths } from "../../paths.ts";
import { Empty } from "../../ui/empty.tsx";
import { Failure } from "../../ui/failure.tsx";
import { LabelList } from "../../ui/label-list.tsx";
import { Loading } from "../../ui/loading.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { StateBadge } from "../../ui/state-badge.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { useNow } from "../../ui/use-now.ts";

/** Every cluster: whether its connector is heard, and how far it has come. */
export function ClustersPage() {
  const client = useApi();
  const nowMs = useNow();
  const clusters = useQuery(clustersQuery(client));
  const rollUp = useQuery(rollUpQuery(client));
  const states = new Map(rollUp.data?.clusters.map((one) => [one.cluster, one] as const));
  return (
    <>
      <PageHeader title="Clusters" />
      {clusters.isError && (
        <Failure
          title="The clusters could not be loaded"
          error={clusters.error}
          retry={() => void clusters.refetch()}
        />
      )}
      {clusters.isPending && <Loading what="clusters" />}
      {clusters.data?.length === 0 && (
        <div className="rounded-lg border border-line bg-surface">
          <Empty title="No cluster is registered yet.">
            <code className="font-mono">fairlead cluster create</code> registers one, and{" "}
            <code className="font-mono">fairlead cluster join-token</code> gives its connector the right to come in.
          </Empty>
        </div>
      )}
      <ul aria-label="Clusters" className="grid gap-3 md:grid-cols-2 2xl:grid-cols-3">
        {clusters.data?.map((cluster) => {
          const { id, name, labels, nodes, connection } = cluster;
          const reporting = nodes.filter((node) => node.state === "reporting").length;
          const state = states.get(id);
          return (
            <li key={id} className="flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-surface p-4">
              <div className="flex flex-wrap items-start justify-between gap-2">
                <h2 className="min-w-0 text-lg font-semibold break-words">
                  <TextLink href={paths.cluster(id)}>{name}</TextLink>
                </h2>
                <StateBadge {...connectionWords(cluster, nowMs)} />
              </div>
              <dl className="grid grid-cols-2 gap-x-4 gap-y-2 text-sm sm:grid-cols-4">
                <Fact name="Convergence">
                  {state === undefined ? "…" : <StateBadge {...convergenceWords(state.state)} />}
                </Fact>
                <Fact name="Nodes reporting">
                  {cluster.dataPlane?.kind === "cilium" ? "none: Cilium serves" : `${reporting} of ${nodes.length}`}
                </Fact>
                <Fact name="Kubernetes">{connection.kubernetesVersion ?? "not known"}</Fact>
                <Fact name="Connector">{connection.connectorVersion ?? "not known"}</Fact>
              </dl>
              <LabelList labels={labels} none="no labels" />
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="mt-0.5 truncate">{children}</dd>
    </div>
  );
}
