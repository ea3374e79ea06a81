import type { Cluster, ClusterRollUp } from "@fairlead/contract";
import { ageOf } from "../../domain/ages.ts";
import { stageWords } from "../../domain/state-words.ts";
import { Empty } from "../../ui/empty.tsx";
import { ScrollRegion } from "../../ui/scroll-region.tsx";
import { Section } from "../../ui/section.tsx";
import { StateBadge } from "../../ui/state-badge.tsx";
import { useNow } from "../../ui/use-now.ts";

interface NodeTableProps {
  readonly cluster: Cluster;
  readonly rollUp: ClusterRollUp | undefined;
}

/** The nodes of a cluster: whether their agents report, and through which revision their Envoys serve. */
export function NodeTable({ cluster, rollUp }: NodeTableProps) {
  const nowMs = useNow();
  const stages = new Map(rollUp?.nodes.map((node) => [node.node, node] as const));
  return (
    <Section title="Nodes" aside={<span className="text-sm text-muted">{cluster.nodes.length}</span>}>
      {cluster.nodes.length === 0 ? (
        <NoNodes isCilium={cluster.dataPlane?.kind === "cilium"} />
      ) : (
        <ScrollRegion label="Table of nodes">
          <table className="w-full text-left text-sm">
            <thead className="text-xs text-muted">
              <tr>
                {["Node", "Agent", "Last report", "Envoy", "Serves through", "Exceptions"].map((heading) => (
                  <th key={heading} scope="col" className="py-1.5 pr-4 font-medium whitespace-nowrap">
                    {heading}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {cluster.nodes.map(({ name, state, lastReportAt }) => {
                const stage = stages.get(name);
                return (
                  <tr key={name} className="border-t border-line">
                    <th scope="row" className="py-2 pr-4 font-medium whitespace-nowrap">
                      {name}
                    </th>
                    <td className="pr-4">
                      <StateBadge {...stageWords(state)} label={state === "unknown" ? "silent" : state} />
                    </td>
                    <td className="pr-4 whitespace-nowrap">
                      {lastReportAt === null ? "never" : `${ageOf(lastReportAt, nowMs)} ago`}
                    </td>
                    <td className="pr-4">{stage === undefined ? "…" : <StateBadge {...stageWords(stage.state)} />}</td>
                    <td className="pr-4 whitespace-nowrap">
                      {stage?.revision === null ? "nothing yet" : (stage?.revision ?? "…")}
                    </td>
                    <td>{stage?.exceptions.length ?? "…"}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </ScrollRegion>
      )}
    </Section>
  );
}

function NoNodes({ isCilium }: { readonly isCilium: boolean }) {
  if (!isCilium) return <Empty title="No node is known yet.">Nodes appear when the connector has told of them.</Empty>;
  return <Empty title="No node reports here.">This cluster runs Cilium, whose proxies cannot be observed.</Empty>;
}
