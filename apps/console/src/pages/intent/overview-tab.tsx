import { useQuery } from "@tanstack/react-query";
import { useApi } from "../../api/api-provider.tsx";
import { convergenceQuery } from "../../api/queries.ts";
import { ageOf, formatMoment } from "../../domain/ages.ts";
import type { IntentRecord } from "../../domain/intent-record.ts";
import { rowOf } from "../../domain/intent-row.ts";
import type { KindInfo } from "../../domain/kinds.ts";
import type { IntentAddress } from "../../paths.ts";
import { Failure } from "../../ui/failure.tsx";
import { KeyValues } from "../../ui/key-values.tsx";
import { LabelList } from "../../ui/label-list.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Section } from "../../ui/section.tsx";
import { useNow } from "../../ui/use-now.ts";
import { LIST_WORDS } from "../list/list-words.ts";
import { ConvergenceSection } from "./convergence-section.tsx";

interface OverviewTabProps {
  readonly intent: IntentRecord;
  readonly kind: KindInfo;
  readonly address: IntentAddress;
}

/** What an intent is, and how far its present revision has come on every node. */
export function OverviewTab({ intent, kind, address }: OverviewTabProps) {
  const nowMs = useNow();
  const convergence = useQuery(convergenceQuery(useApi(), kind, address));
  const row = rowOf(intent, kind);
  const words = LIST_WORDS[kind.list];
  return (
    <div className="grid min-w-0 items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <Section title="Summary">
        <KeyValues
          entries={[
            ["Hosts", row.hosts.join(", ")],
            [words.parents, row.parents.join(", ") || "none"],
            [words.targets, row.targets.join(", ") || "none"],
            ["Placement", row.placement],
            ["Labels", <LabelList key="labels" labels={intent.labels} />],
            ["Annotations", <LabelList key="annotations" labels={intent.annotations} />],
            ["Revision", intent.revision],
            ["Changed", `${formatMoment(intent.updatedAt)} (${ageOf(intent.updatedAt, nowMs)} ago)`],
            ["Created", `${formatMoment(intent.createdAt)} (${ageOf(intent.createdAt, nowMs)} ago)`],
            [
              "Id",
              <code key="id" className="font-mono text-xs break-all">
                {intent.id}
              </code>,
            ],
          ]}
        />
      </Section>
      {convergence.isError && (
        <Failure
          title="How far it has come is not known"
          error={convergence.error}
          retry={() => void convergence.refetch()}
        />
      )}
      {convergence.isPending && (
        <Section title="Convergence">
          <Loading what="convergence" />
        </Section>
      )}
      {convergence.data !== undefined && <ConvergenceSection convergence={convergence.data} address={address} />}
    </div>
  );
}
