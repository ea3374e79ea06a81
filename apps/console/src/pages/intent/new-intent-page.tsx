import { useRouter } from "@tanstack/react-router";
import { useApi } from "../../api/api-provider.tsx";
import { isPlan, writer } from "../../api/write-intent.ts";
import { type KindInfo, kindOfSegment } from "../../domain/kinds.ts";
import { paths } from "../../paths.ts";
import { announce } from "../../ui/announcer.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { TextLink } from "../../ui/text-link.tsx";
import { LIST_WORDS } from "../list/list-words.ts";
import { NotFoundPage } from "../not-found-page.tsx";
import { DocumentForm } from "./document-form.tsx";
import { useDocumentEditor } from "./use-document-editor.ts";

interface NewIntentPageProps {
  readonly project: string;
  readonly segment: string;
}

/** A new intent, from a document that already works. */
export function NewIntentPage({ project, segment }: NewIntentPageProps) {
  const kind = kindOfSegment(segment);
  return kind === undefined ? <NotFoundPage /> : <NewIntent project={project} kind={kind} />;
}

function NewIntent({ project, kind }: { readonly project: string; readonly kind: KindInfo }) {
  const { history } = useRouter();
  const { create } = writer(useApi(), kind, project);
  const editor = useDocumentEditor({
    kind,
    text: kind.template,
    saved: kind.template,
    isNew: true,
    preview: create.preview,
    save: create.save,
    onSaved: (stored) => {
      if (isPlan(stored)) return;
      announce(`${kind.kind} ${stored.name} was created.`);
      history.push(paths.intent({ project, segment: kind.segment, id: stored.id }));
    },
  });
  return (
    <>
      <PageHeader
        title={`New ${kind.kind}`}
        trail={<TextLink href={paths.list(project, kind.list)}>{LIST_WORDS[kind.list].title}</TextLink>}
      />
      <DocumentForm kind={kind} editor={editor} saveLabel="Create" />
    </>
  );
}
