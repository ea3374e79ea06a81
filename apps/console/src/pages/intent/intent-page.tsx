import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useApi } from "../../api/api-provider.tsx";
import { intentQuery } from "../../api/queries.ts";
import { failureCode } from "../../domain/describe-failure.ts";
import { type KindInfo, kindOfSegment } from "../../domain/kinds.ts";
import { type IntentAddress, paths } from "../../paths.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Failure } from "../../ui/failure.tsx";
import { Loading } from "../../ui/loading.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { TabLinks } from "../../ui/tab-links.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { LIST_WORDS } from "../list/list-words.ts";
import { NotFoundPage } from "../not-found-page.tsx";
import { DeleteDialog } from "./delete-dialog.tsx";
import { OverviewTab } from "./overview-tab.tsx";
import { RevisionsTab } from "./revisions-tab.tsx";
import { YamlTab } from "./yaml-tab.tsx";

interface IntentPageProps {
  readonly address: IntentAddress;
  readonly tab: "overview" | "yaml" | "revisions";
  readonly search: Readonly<Record<string, string>>;
}

/** One intent: what it is and how far it has come, its document, its history. */
export function IntentPage({ address, tab, search }: IntentPageProps) {
  const kind = kindOfSegment(address.segment);
  return kind === undefined ? <NotFoundPage /> : <KnownKind key={address.id} {...{ address, tab, search, kind }} />;
}

function KnownKind({ address, tab, search, kind }: IntentPageProps & { readonly kind: KindInfo }) {
  const client = useApi();
  const { data: intent, isPending, error, refetch } = useQuery(intentQuery(client, kind, address));
  const [deleting, setDeleting] = useState(false);
  const trail = <TextLink href={paths.list(address.project, kind.list)}>{LIST_WORDS[kind.list].title}</TextLink>;
  if (isPending) return <Loading what={`the ${kind.kind}`} lines={8} />;
  if (intent === undefined) {
    return (
      <>
        <PageHeader title={kind.kind} trail={trail} />
        {failureCode(error) === "not_found" ? (
          <Empty title={`There is no such ${kind.kind}.`}>It was deleted, or this token may not see it.</Empty>
        ) : (
          <Failure title={`The ${kind.kind} could not be loaded`} error={error} retry={() => void refetch()} />
        )}
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={intent.name}
        trail={
          <>
            {trail} / {kind.kind} in {intent.namespace}
          </>
        }
        actions={<Button onClick={() => setDeleting(true)}>Delete …</Button>}
      />
      {error !== null && failureCode(error) === "not_found" && (
        <Failure title="It has been deleted since" error={error} />
      )}
      <TabLinks
        label={`${kind.kind} ${intent.name}`}
        tabs={[
          { label: "Overview", href: paths.intent(address), current: tab === "overview" },
          { label: "YAML", href: paths.intentYaml(address), current: tab === "yaml" },
          { label: "Revisions", href: paths.intentRevisions(address), current: tab === "revisions" },
        ]}
      />
      {tab === "overview" && <OverviewTab {...{ intent, kind, address }} />}
      {tab === "yaml" && <YamlTab key={search.restore} {...{ intent, kind, address, search }} />}
      {tab === "revisions" && <RevisionsTab {...{ intent, kind, address, search }} />}
      {deleting && <DeleteDialog {...{ intent, kind, address }} onClose={() => setDeleting(false)} />}
    </>
  );
}
