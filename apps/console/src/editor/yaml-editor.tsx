import { useEffect, useRef } from "react";
import type { DocumentProblem } from "../domain/check-document.ts";
import type { KindInfo } from "../domain/kinds.ts";
import { createEditor, type EditorHandle } from "./create-editor.ts";

interface YamlEditorProps {
  /** Names it to screen readers. */
  readonly label: string;
  readonly kind: KindInfo;
  readonly text: string;
  readonly problems: readonly DocumentProblem[];
  /** Where to put the cursor, as often as `focusAt` changes. */
  readonly focusAt: { readonly from: number } | undefined;
  readonly onChange: (text: string) => void;
}

/** The YAML editor. It lives in a shadow root, where its style sheets are adopted and need no exception from the page's policy. */
export function YamlEditor({ label, kind, text, problems, focusAt, onChange }: YamlEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorHandle>(undefined);
  const onChangeNow = useRef(onChange);
  onChangeNow.current = onChange;
  const first = useRef(text);
  // What was typed here and has not come back as `text` yet. It comes late when typing is fast, and must then not
  // replace what is newer.
  const typed = useRef<string[]>([]);
  useEffect(() => {
    if (host.current === null) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
    const created = createEditor({
      root,
      label,
      kind,
      text: first.current,
      onChange: (next) => {
        typed.current.push(next);
        onChangeNow.current(next);
      },
    });
    editor.current = created;
    return () => {
      first.current = created.text();
      created.destroy();
    };
  }, [label, kind]);
  useEffect(() => {
    const own = typed.current.indexOf(text);
    if (own < 0) editor.current?.setText(text);
    else typed.current.splice(0, own + 1);
  }, [text]);
  useEffect(() => editor.current?.setProblems(problems), [problems]);
  useEffect(() => {
    if (focusAt !== undefined) editor.current?.focusAt(focusAt.from);
  }, [focusAt]);
  return <div ref={host} className="min-w-0 overflow-hidden rounded-md border border-line-strong/60 bg-surface" />;
}
