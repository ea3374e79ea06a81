import { useMutation, useQuery } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { useApi } from "../../api/api-provider.tsx";
import { writer } from "../../api/write-intent.ts";
import type { IntentRecord } from "../../domain/intent-record.ts";
import type { KindInfo } from "../../domain/kinds.ts";
import { type IntentAddress, paths } from "../../paths.ts";
import { announce } from "../../ui/announcer.tsx";
import { Button } from "../../ui/button.tsx";
import { Failure } from "../../ui/failure.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Modal } from "../../ui/modal.tsx";
import { TextField } from "../../ui/text-field.tsx";
import { PreviewPanel } from "./preview-panel.tsx";

interface DeleteDialogProps {
  readonly intent: IntentRecord;
  readonly kind: KindInfo;
  readonly address: IntentAddress;
  readonly onClose: () => void;
}

/** Asks before deleting: shows what leaves where, and wants the name. */
export function DeleteDialog({ intent, kind, address, onClose }: DeleteDialogProps) {
  const { history } = useRouter();
  const [typed, setTyped] = useState("");
  const remove = writer(useApi(), kind, address.project).remove(intent);
  const preview = useQuery({
    queryKey: ["delete-preview", intent.id, intent.revision],
    queryFn: remove.preview,
    gcTime: 0,
  });
  const deletion = useMutation({
    mutationFn: remove.save,
    onSuccess: () => {
      announce(`${kind.kind} ${intent.name} was deleted.`);
      history.push(paths.list(address.project, kind.list));
    },
  });
  const hindrance = deletion.isPending
    ? "It is being deleted …"
    : preview.isSuccess
      ? typed === intent.name
        ? undefined
        : "Type the name first."
      : "What leaves where is not known yet.";
  return (
    <Modal open onClose={onClose} title={`Delete ${kind.kind} ${intent.name}`}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (hindrance === undefined) deletion.mutate();
        }}
      >
        {preview.isPending && <Loading what="what leaves where" />}
        {preview.isError && (
          <Failure title="It cannot be deleted" error={preview.error} retry={() => void preview.refetch()} />
        )}
        {preview.data !== undefined && <PreviewPanel preview={preview.data} outdated={false} />}
        {deletion.isError && <Failure title="It was not deleted" error={deletion.error} />}
        <TextField
          label={`To confirm, type ${intent.name}`}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          spellCheck={false}
        />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" kind="danger" disabledReason={hindrance} showReason>
            Delete
          </Button>
          <Button kind="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Modal>
  );
}
