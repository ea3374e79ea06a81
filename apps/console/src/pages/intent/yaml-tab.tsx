import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import { useApi } from "../../api/api-provider.tsx";
import { keys, revisionQuery } from "../../api/queries.ts";
import { isPlan, writer } from "../../api/write-intent.ts";
import { placeOfField } from "../../domain/check-document.ts";
import { failureCode } from "../../domain/describe-failure.ts";
import { documentOf } from "../../domain/intent-document.ts";
import type { IntentRecord } from "../../domain/intent-record.ts";
import type { KindInfo } from "../../domain/kinds.ts";
import { documentOfRevision } from "../../domain/revision-document.ts";
import { type IntentAddress, paths } from "../../paths.ts";
import { announce } from "../../ui/announcer.tsx";
import { Failure } from "../../ui/failure.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Notice } from "../../ui/notice.tsx";
import { ConflictPanel } from "./conflict-panel.tsx";
import { DocumentForm } from "./document-form.tsx";
import { useDocumentEditor } from "./use-document-editor.ts";

interface YamlTabProps {
  readonly intent: IntentRecord;
  readonly kind: KindInfo;
  readonly address: IntentAddress;
  readonly search: Readonly<Record<string, string>>;
}

/** The document of an intent; with `restore` in the address, an older one to be saved again. */
export function YamlTab({ search, ...props }: YamlTabProps) {
  const client = useApi();
  const { restore } = search;
  const old = useQuery({ ...revisionQuery(client, restore ?? ""), enabled: restore !== undefined });
  if (restore === undefined) return <EditDocument {...props} field={search.field} restored={undefined} />;
  if (old.isPending) return <Loading what={`revision ${restore}`} lines={10} />;
  if (old.isError) {
    return (
      <Failure title={`Revision ${restore} could not be loaded`} error={old.error} retry={() => void old.refetch()} />
    );
  }
  const text = documentOfRevision(old.data.after, props.kind);
  if (text === undefined) {
    return <Notice severity="warning" title={`Revision ${restore} is a deletion: it left no document to restore.`} />;
  }
  return <EditDocument {...props} field={undefined} restored={{ revision: restore, text }} />;
}

interface EditDocumentProps extends Omit<YamlTabProps, "search"> {
  readonly field: string | undefined;
  readonly restored: { readonly revision: string; readonly text: string } | undefined;
}

function EditDocument({ intent, kind, address, field, restored }: EditDocumentProps) {
  const client = useApi();
  const cache = useQueryClient();
  const { history } = useRouter();
  const stored = useMemo(() => documentOf(intent, kind), [intent, kind]);
  // What the text in the editor was made from: a save may only replace that.
  const [base, setBase] = useState({ revision: intent.revision, text: stored });
  const { preview, save } = writer(client, kind, address.project).replace(address.id, base.revision);
  const identity = useMemo(() => ({ name: intent.name, namespace: intent.namespace }), [intent.name, intent.namespace]);
  const editor = useDocumentEditor({
    kind,
    identity,
    text: restored?.text ?? stored,
    saved: stored,
    isNew: false,
    preview,
    save,
    onSaved: (result) => {
      if (isPlan(result)) return;
      cache.setQueryData(keys.intent(address.id), result);
      void cache.invalidateQueries({ queryKey: keys.convergence(address.id) });
      announce(`${kind.kind} ${intent.name} was saved as revision ${result.revision}.`);
      history.push(paths.intent(address));
    },
  });
  const moved = base.revision !== intent.revision;
  const untouched = editor.state.text === editor.state.saved;
  const { load } = editor;
  useEffect(() => {
    // Someone else's change comes into an editor in which nothing was typed; any other keeps its base until asked.
    if (!moved || !untouched) return;
    load(stored);
    setBase({ revision: intent.revision, text: stored });
  }, [moved, untouched, stored, intent.revision, load]);
  const rebase = () => {
    load(stored);
    setBase({ revision: intent.revision, text: stored });
  };
  const conflict = moved && !untouched;
  const refusedAsOld = editor.failed === "save" && failureCode(editor.error) === "revision_mismatch";
  const panel = (conflict || refusedAsOld) && (
    <ConflictPanel
      base={base.text}
      mine={editor.state.text}
      theirs={moved ? stored : undefined}
      revision={intent.revision}
      reload={() => void cache.invalidateQueries({ queryKey: keys.intent(address.id) })}
      onTakeTheirs={() => {
        rebase();
        editor.type(stored);
      }}
      onKeepMine={rebase}
    />
  );
  return (
    <div className="flex flex-col gap-3">
      {restored !== undefined && (
        <Notice severity="info" title={`This is the document of revision ${restored.revision}.`}>
          Preview and save it to bring that state back; it becomes a new revision.
        </Notice>
      )}
      {conflict && panel}
      <DocumentForm
        kind={kind}
        editor={editor}
        saveLabel="Save"
        startAt={field === undefined ? undefined : placeOfField(stored, field)}
        onReset={() => editor.type(stored)}
        {...(refusedAsOld && { conflict: conflict ? null : panel })}
      />
    </div>
  );
}
