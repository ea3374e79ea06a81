import type { ClusterConvergence, Condition, Convergence } from "@fairlead/contract";
import { useEffect } from "react";
import { ageOf, formatMoment } from "../../domain/ages.ts";
import { stagesOf } from "../../domain/convergence-stages.ts";
import { convergenceWords, stageWords } from "../../domain/state-words.ts";
import { type IntentAddress, paths } from "../../paths.ts";
import { announce } from "../../ui/announcer.tsx";
import { Section } from "../../ui/section.tsx";
import { StateBadge } from "../../ui/state-badge.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { useNow } from "../../ui/use-now.ts";

interface ConvergenceSectionProps {
  readonly convergence: Convergence;
  readonly address: IntentAddress;
}

/** The vector stored → sent → applied → proxied, per cluster and node, with the words of whoever refused. */
export function ConvergenceSection({ convergence, address }: ConvergenceSectionProps) {
  const { state, summary, clusters, revision } = convergence;
  useEffect(() => announce(`Convergence: ${summary}`), [summary]);
  return (
    <Section title="Convergence" aside={<StateBadge {...convergenceWords(state)} />}>
      <p className="mb-3 text-sm text-muted">
        Revision {revision}: {summary}
      </p>
      <ol
        aria-label="Stages"
        className="mb-4 grid grid-cols-2 gap-px overflow-hidden rounded-md border border-line bg-line sm:grid-cols-4"
      >
        {stagesOf(convergence).map(({ name, words, detail }) => (
          <li key={name} className="flex min-w-0 flex-col gap-1 bg-surface px-3 py-2">
            <span className="text-xs text-muted">{name}</span>
            <StateBadge {...words} />
            <span className="truncate text-xs text-muted" title={detail}>
              {detail}
            </span>
          </li>
        ))}
      </ol>
      {clusters.length === 0 && (
        <p className="text-sm text-muted">
          No cluster is selected: no cluster that the project is granted for this namespace has the labels of the
          placement.
        </p>
      )}
      <ul className="flex flex-col gap-4">
        {clusters.map((cluster) => (
          <ClusterVector key={cluster.cluster} cluster={cluster} address={address} />
        ))}
      </ul>
    </Section>
  );
}

function ClusterVector({
  cluster,
  address,
}: {
  readonly cluster: ClusterConvergence;
  readonly address: IntentAddress;
}) {
  const nowMs = useNow();
  const { applied, sent, proxied, nodes, since, drift } = cluster;
  const isUnobservable = proxied.state === "unobservable";
  return (
    <li className="min-w-0 rounded-md border border-line">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <h3 className="text-sm font-semibold">
          <TextLink href={paths.cluster(cluster.cluster)}>{cluster.name}</TextLink>
        </h3>
        <StateBadge {...convergenceWords(cluster.state)} />
        {since !== null && (
          <span className="text-xs text-muted">
            silent since {formatMoment(since)} ({ageOf(since, nowMs)})
          </span>
        )}
      </div>
      <ul className="divide-y divide-line text-sm">
        <Stage who="Connector" state={sent.state} at={sent.at} nowMs={nowMs} />
        <Stage who="API server" state={applied.state} at={applied.at} nowMs={nowMs}>
          {applied.condition && <Refusal condition={applied.condition} address={address} />}
        </Stage>
        {drift && (
          <li className="px-3 py-2">
            Changed in the cluster
            <Refusal condition={drift} address={address} />
          </li>
        )}
        {isUnobservable && (
          <Stage who="Cilium's Envoy" state={proxied.state} at={null} nowMs={nowMs}>
            <p className="mt-1 text-xs text-muted">
              This cluster runs Cilium: it converges once the API server has it.
            </p>
          </Stage>
        )}
        {(isUnobservable ? [] : nodes).map((node) => (
          <Stage key={node.node} who={`Envoy on ${node.node}`} state={node.state} at={node.at} nowMs={nowMs}>
            {node.condition && <Refusal condition={node.condition} address={address} />}
          </Stage>
        ))}
        {nodes.length === 0 && !isUnobservable && (
          <li className="px-3 py-2 text-muted">No node is known that could serve it.</li>
        )}
      </ul>
    </li>
  );
}

interface StageProps {
  readonly who: string;
  readonly state: string;
  readonly at: string | null;
  readonly nowMs: number;
  readonly children?: React.ReactNode;
}

function Stage({ who, state, at, nowMs, children }: StageProps) {
  return (
    <li className="px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-32 flex-1 break-words">{who}</span>
        <StateBadge {...stageWords(state)} />
        <span className="text-xs text-muted sm:w-20 sm:text-right" title={at === null ? undefined : formatMoment(at)}>
          {at === null ? "" : `${ageOf(at, nowMs)} ago`}
        </span>
      </div>
      {children}
    </li>
  );
}

/** Who refused it, in their own words, with the way to the field that is to blame. */
function Refusal({ condition, address }: { readonly condition: Condition; readonly address: IntentAddress }) {
  const { reason, message, field } = condition;
  return (
    <div className="mt-2 rounded-md border border-bad/40 bg-bad-ground px-3 py-2">
      <p className="text-sm font-medium text-bad">{reason}</p>
      <p className="mt-0.5 font-mono text-xs break-words whitespace-pre-wrap">{message}</p>
      {field !== null && (
        <p className="mt-1.5 text-sm">
          <TextLink href={paths.intentYaml(address, { field })}>
            Show <code className="font-mono text-xs">{field}</code> in the YAML
          </TextLink>
        </p>
      )}
    </div>
  );
}
