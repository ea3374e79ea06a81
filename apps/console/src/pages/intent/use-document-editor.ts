import type { IntentInput } from "@fairlead/contract";
import { useMutation } from "@tanstack/react-query";
import { useMemo, useReducer, useState } from "react";
import { type CheckedDocument, checkDocument } from "../../domain/check-document.ts";
import { type EditorEvent, type EditorState, editorReducer, startEditor } from "../../domain/editor-state.ts";
import type { KindInfo } from "../../domain/kinds.ts";
import { blockersOf, type Preview } from "../../domain/preview.ts";

/** What an editor is for. */
export interface DocumentEditorOptions<R> {
  readonly kind: KindInfo;
  readonly identity?: { readonly name: string; readonly namespace: string } | undefined;
  /** What the editor begins with. */
  readonly text: string;
  /** What is stored. */
  readonly saved: string;
  readonly isNew: boolean;
  readonly preview: (input: IntentInput) => Promise<Preview>;
  readonly save: (input: IntentInput) => Promise<R>;
  readonly onSaved: (result: R) => void;
}

/** An editor's state and what can be done with it. */
export interface DocumentEditor {
  readonly state: EditorState<Preview>;
  readonly checked: CheckedDocument;
  readonly error: unknown;
  readonly failed: "preview" | "save" | undefined;
  readonly type: (text: string) => void;
  readonly load: (text: string) => void;
  readonly preview: () => void;
  /** Says whether to save although the preview found errors. */
  readonly accept: (accepted: boolean) => void;
  readonly save: () => void;
}

/** A document being edited: checked with every key, previewed, and saved only as it was previewed. */
export function useDocumentEditor<R>(options: DocumentEditorOptions<R>): DocumentEditor {
  const { kind, identity, preview, save, onSaved } = options;
  const rules = useMemo(() => ({ kind, identity }), [kind, identity]);
  const [state, dispatch] = useReducer(
    (before: EditorState<Preview>, event: EditorEvent<Preview>) => editorReducer(before, event),
    options,
    ({ text, saved, isNew }) => startEditor<Preview>(text, saved, isNew, checkDocument(text, rules).problems.length),
  );
  const [failed, setFailed] = useState<"preview" | "save">();
  const checked = useMemo(() => checkDocument(state.text, rules), [state.text, rules]);
  const failure = (what: "preview" | "save") => () => {
    setFailed(what);
    dispatch({ type: "failed" });
  };
  const previewing = useMutation({
    mutationFn: async ({ input, text }: { input: IntentInput; text: string }) => ({
      text,
      result: await preview(input),
    }),
    onSuccess: ({ text, result }) => dispatch({ type: "previewed", text, result, blockers: blockersOf(result) }),
    onError: failure("preview"),
  });
  const saving = useMutation({
    mutationFn: save,
    onSuccess: (result) => {
      dispatch({ type: "failed" });
      onSaved(result);
    },
    onError: failure("save"),
  });
  const start = (what: "previewing" | "saving", run: (input: IntentInput) => void) => {
    if (checked.input === undefined) return;
    setFailed(undefined);
    dispatch({ type: "asked", what });
    run(checked.input);
  };
  return {
    state,
    checked,
    failed,
    error: failed === "preview" ? previewing.error : failed === "save" ? saving.error : undefined,
    type: (text) => dispatch({ type: "typed", text, problems: checkDocument(text, rules).problems.length }),
    load: (text) => dispatch({ type: "loaded", text }),
    preview: () => start("previewing", (input) => previewing.mutate({ input, text: state.text })),
    accept: (accepted) => dispatch({ type: "accepted", accepted }),
    save: () => start("saving", (input) => saving.mutate(input)),
  };
}
