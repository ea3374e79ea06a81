import { useQuery } from "@tanstack/react-query";
import { useApi } from "../../api/api-provider.tsx";
import { clustersQuery, rollUpQuery } from "../../api/queries.ts";
import { ageOf, formatMoment } from "../../domain/ages.ts";
import {
  clusterConditionWords,
  connectionWords,
  convergenceWords,
  dataPlaneWords,
  factsWords,
} from "../../domain/state-words.ts";
import { paths } from "../../paths.ts";
import { ButtonLink } from "../../ui/button-link.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Failure } from "../../ui/failure.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { LabelList } from "../../ui/label-list.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Notice } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Section } from "../../ui/section.tsx";
import { StateBadge } from "../../ui/state-badge.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { useNow } from "../../ui/use-now.ts";
import { CertificatesSection } from "./certificates-section.tsx";
import { ClusterExceptions } from "./cluster-exceptions.tsx";
import { NodeTable } from "./node-table.tsx";

/** One cluster: connection, nodes, and what has not arrived. */
export function ClusterPage({ cluster: id }: { readonly cluster: string }) {
  const client = useApi();
  const nowMs = useNow();
  const clusters = useQuery(clustersQuery(client));
  const rollUp = useQuery(rollUpQuery(client));
  const cluster = clusters.data?.find((one) => one.id === id);
  const state = rollUp.data?.clusters.find((one) => one.cluster === id);
  if (clusters.isPending) return <Loading what="the cluster" lines={8} />;
  const trail = <TextLink href={paths.clusters()}>Clusters</TextLink>;
  if (cluster === undefined) {
    return (
      <>
        <PageHeader title="Cluster" trail={trail} />
        {clusters.isError ? (
          <Failure
            title="The cluster could not be loaded"
            error={clusters.error}
            retry={() => void clusters.refetch()}
          />
        ) : (
          <Empty title="There is no such cluster.">It was deleted, or belongs to another organization.</Empty>
        )}
      </>
    );
  }
  const { connection } = cluster;
  return (
    <>
      <PageHeader
        title={cluster.name}
        trail={trail}
        actions={<ButtonLink href={paths.topology(id)}>Topology</ButtonLink>}
      />
      {cluster.conditions.map((condition) => (
        <div key={condition.reason} className="mb-4">
          <Notice severity="warning" title={clusterConditionWords(condition)}>
            {condition.message}
            {condition.lastSeenAt !== null && ` Last refused ${ageOf(condition.lastSeenAt, nowMs)} ago.`}
          </Notice>
        </div>
      ))}
      <div className="grid gap-4 xl:grid-cols-2">
        <Section title="Connection" aside={<StateBadge {...connectionWords(cluster, nowMs)} />}>
          <KeyValues
            entries={[
              ["Last heard", connection.lastSeenAt === null ? "never" : formatMoment(connection.lastSeenAt)],
              ["Connector", connection.connectorVersion ?? "not known"],
              ["Kubernetes", connection.kubernetesVersion ?? "not known"],
              ["Data plane", dataPlaneWords(cluster.dataPlane)],
              ["Tells of itself", factsWords(cluster.facts, nowMs)],
              ["Labels", <LabelList key="labels" labels={cluster.labels} />],
              ["Registered", `${formatMoment(cluster.createdAt)} (${ageOf(cluster.createdAt, nowMs)} ago)`],
              [
                "Kubernetes cluster",
                <code key="uid" className="font-mono text-xs">
                  {cluster.kubeSystemUid ?? "not known"}
                </code>,
              ],
              [
                "Id",
                <code key="id" className="font-mono text-xs">
                  {cluster.id}
                </code>,
              ],
            ]}
          />
        </Section>
        <Section title="Convergence" aside={state && <StateBadge {...convergenceWords(state.state)} />}>
          {rollUp.isError && (
            <Failure
              title="How far it has come is not known"
              error={rollUp.error}
              retry={() => void rollUp.refetch()}
            />
          )}
          {rollUp.isPending && <Loading what="convergence" />}
          {state !== undefined && (
            <KeyValues
              entries={[
                ["Wanted", `revision ${rollUp.data?.revision}`],
                ["Sent through", revisionWords(state.sent.revision)],
                ["Applied through", revisionWords(state.applied.revision)],
                [
                  "Silent since",
                  state.since === null ? "not silent" : `${formatMoment(state.since)} (${ageOf(state.since, nowMs)})`,
                ],
              ]}
            />
          )}
        </Section>
      </div>
      <div className="mt-4 grid gap-4">
        {state !== undefined && <ClusterExceptions rollUp={state} />}
        <NodeTable cluster={cluster} rollUp={state} />
        <CertificatesSection cluster={id} />
      </div>
    </>
  );
}

function revisionWords(revision: string | null): string {
  return revision === null ? "nothing yet" : `revision ${revision}`;
}
