import { useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useApi } from "../../api/api-provider.tsx";
import { revisionQuery, revisionsQuery } from "../../api/queries.ts";
import { ageOf, formatMoment } from "../../domain/ages.ts";
import { comparedRevisions } from "../../domain/compared-revisions.ts";
import type { IntentRecord } from "../../domain/intent-record.ts";
import type { KindInfo } from "../../domain/kinds.ts";
import { documentOfRevision } from "../../domain/revision-document.ts";
import { type IntentAddress, paths } from "../../paths.ts";
import { Choice } from "../../ui/choice.tsx";
import { DiffView } from "../../ui/diff-view.tsx";
import { Failure } from "../../ui/failure.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Section } from "../../ui/section.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { useNow } from "../../ui/use-now.ts";

interface RevisionsTabProps {
  readonly intent: IntentRecord;
  readonly kind: KindInfo;
  readonly address: IntentAddress;
  readonly search: Readonly<Record<string, string>>;
}

/** The history of an intent: who changed it when, the difference of any two versions, and the way back to each. */
export function RevisionsTab({ intent, kind, address, search }: RevisionsTabProps) {
  const client = useApi();
  const nowMs = useNow();
  const { history } = useRouter();
  const revisions = useQuery(revisionsQuery(client, intent.id));
  if (revisions.isPending) return <Loading what="revisions" lines={6} />;
  if (revisions.isError) {
    return (
      <Failure
        title="The revisions could not be loaded"
        error={revisions.error}
        retry={() => void revisions.refetch()}
      />
    );
  }
  const { items, nextCursor } = revisions.data;
  const compared = comparedRevisions(items, search);
  const options = items.map(({ revision, at }) => [revision, `${revision} · ${formatMoment(at)}`] as const);
  const compare = (change: { readonly from?: string; readonly to?: string }) =>
    history.replace(paths.intentRevisions(address, { ...compared, ...change }));
  return (
    <div className="grid min-w-0 items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,3fr)]">
      <Section title="Revisions" aside={<span className="text-sm text-muted">{items.length}</span>}>
        <ol className="divide-y divide-line text-sm">
          {items.map(({ revision, at, action, actor }, index) => (
            <li key={revision} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 py-2 first:pt-0 last:pb-0">
              <span className="font-medium tabular-nums">{revision}</span>
              <span>{action}d</span>
              <span className="text-muted" title={formatMoment(at)}>
                {ageOf(at, nowMs)} ago
              </span>
              <span className="min-w-0 flex-1 truncate text-right font-mono text-xs text-muted" title={`by ${actor}`}>
                {actor}
              </span>
              <span className="flex w-full gap-3">
                {index < items.length - 1 && (
                  <TextLink
                    href={paths.intentRevisions(address, { from: items[index + 1]?.revision ?? "", to: revision })}
                  >
                    What changed
                  </TextLink>
                )}
                {revision === intent.revision ? (
                  <span className="text-muted">current</span>
                ) : (
                  action !== "delete" && (
                    <TextLink href={paths.intentYaml(address, { restore: revision })}>Restore …</TextLink>
                  )
                )}
              </span>
            </li>
          ))}
        </ol>
        {nextCursor !== null && <p className="mt-2 text-sm text-muted">These are the newest {items.length}.</p>}
      </Section>
      <Section title="Difference">
        <div className="mb-3 grid gap-2 sm:grid-cols-2">
          <Choice label="From" value={compared.from} options={options} onChange={(from) => compare({ from })} />
          <Choice label="To" value={compared.to} options={options} onChange={(to) => compare({ to })} />
        </div>
        <Difference key={`${compared.from} ${compared.to}`} {...compared} kind={kind} />
      </Section>
    </div>
  );
}

interface DifferenceProps {
  readonly from: string;
  readonly to: string;
  readonly kind: KindInfo;
}

function Difference({ from, to, kind }: DifferenceProps) {
  const client = useApi();
  const before = useQuery(revisionQuery(client, from));
  const after = useQuery(revisionQuery(client, to));
  const error = before.error ?? after.error;
  if (error !== null) return <Failure title="The two versions could not be loaded" error={error} />;
  if (before.data === undefined || after.data === undefined) return <Loading what="the two versions" />;
  return (
    <DiffView
      label={`From revision ${from} to ${to}`}
      before={documentOfRevision(before.data.after, kind) ?? ""}
      after={documentOfRevision(after.data.after, kind) ?? ""}
    />
  );
}
