import { lazy, type ReactNode, Suspense, useState } from "react";
import type { DocumentProblem } from "../../domain/check-document.ts";
import { errorsToAccept, isChanged, previewHindrance, saveHindrance } from "../../domain/editor-state.ts";
import type { KindInfo } from "../../domain/kinds.ts";
import { Button } from "../../ui/button.tsx";
import { Failure } from "../../ui/failure.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Section } from "../../ui/section.tsx";
import { PreviewPanel } from "./preview-panel.tsx";
import type { DocumentEditor } from "./use-document-editor.ts";

// The editor is half of the console's weight and most pages go without it.
const YamlEditor = lazy(() =>
  import("../../editor/yaml-editor.tsx").then((module) => ({ default: module.YamlEditor })),
);

interface DocumentFormProps {
  readonly kind: KindInfo;
  readonly editor: DocumentEditor;
  readonly saveLabel: string;
  /** Where the cursor is to be at first. */
  readonly startAt?: { readonly from: number } | undefined;
  /** Puts the stored text back. */
  readonly onReset?: (() => void) | undefined;
  /** Shown in place of a failed save, when there is more to do about it than to read. */
  readonly conflict?: ReactNode;
}

/** The editor with its problems, the preview, and the way to save. */
export function DocumentForm({ kind, editor, saveLabel, startAt, onReset, conflict }: DocumentFormProps) {
  const { state, checked } = editor;
  const [focusAt, setFocusAt] = useState(startAt);
  const hindrance = saveHindrance(state);
  const errors = errorsToAccept(state);
  return (
    <div className="grid min-w-0 gap-4 xl:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-3">
        <Suspense fallback={<Loading what="the editor" lines={10} />}>
          <YamlEditor
            label={`${kind.kind} as YAML`}
            kind={kind}
            text={state.text}
            problems={checked.problems}
            focusAt={focusAt}
            onChange={editor.type}
          />
        </Suspense>
        <ProblemList problems={checked.problems} onGo={(problem) => setFocusAt({ from: problem.from })} />
        {errors > 0 && (
          <label className="flex items-start gap-2 text-sm">
            <input
              type="checkbox"
              className="mt-0.5 size-4 accent-(--accent)"
              checked={state.accepted}
              onChange={(event) => editor.accept(event.target.checked)}
            />
            Save although the preview found {errors} {errors === 1 ? "error" : "errors"}: what served goes on serving
            where it is refused.
          </label>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <Button
            kind={hindrance === undefined ? "plain" : "primary"}
            onClick={editor.preview}
            disabledReason={previewHindrance(state)}
          >
            Preview
          </Button>
          <Button kind="primary" onClick={editor.save} disabledReason={hindrance} showReason>
            {saveLabel}
          </Button>
          {onReset !== undefined && isChanged(state) && (
            <Button kind="quiet" onClick={onReset}>
              Discard changes
            </Button>
          )}
        </div>
      </div>
      <div className="flex min-w-0 flex-col gap-3">
        {editor.failed === "save" && conflict}
        {editor.failed === "save" && conflict === undefined && (
          <Failure title="It was not saved" error={editor.error} />
        )}
        {editor.failed === "preview" && <Failure title="The API would refuse this" error={editor.error} />}
        <Section title="Preview">
          {state.preview === undefined ? (
            <p className="py-1 text-sm text-muted">
              What the change does in every cluster is shown here before anything is stored.
            </p>
          ) : (
            <PreviewPanel preview={state.preview.result} outdated={state.preview.text !== state.text} />
          )}
        </Section>
      </div>
    </div>
  );
}

interface ProblemListProps {
  readonly problems: readonly DocumentProblem[];
  readonly onGo: (problem: DocumentProblem) => void;
}

function ProblemList({ problems, onGo }: ProblemListProps) {
  return (
    <section aria-label="Problems" aria-live="polite" className="text-sm">
      {problems.length === 0 ? (
        <p className="text-good">The document is in order.</p>
      ) : (
        <ul className="flex flex-col gap-1">
          {problems.map((problem) => (
            <li key={`${problem.from} ${problem.field} ${problem.message}`}>
              <button
                type="button"
                onClick={() => onGo(problem)}
                className="w-full rounded-md bg-bad-ground px-2.5 py-1.5 text-left break-words hover:underline"
              >
                <span className="font-medium text-bad">
                  Line {problem.line}, column {problem.column}:
                </span>{" "}
                {problem.field !== "" && <code className="font-mono text-xs">{problem.field}</code>} {problem.message}
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
