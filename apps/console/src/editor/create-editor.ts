import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  completionKeymap,
  startCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import type { DocumentProblem } from "../domain/check-document.ts";
import { completionsAt, documentSchema } from "../domain/completions.ts";
import type { KindInfo } from "../domain/kinds.ts";
import { editorTheme, highlighting } from "./editor-theme.ts";

/** What an editor begins with. */
export interface EditorOptions {
  readonly root: ShadowRoot;
  readonly label: string;
  readonly kind: KindInfo;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

/** An editor on the page. */
export interface EditorHandle {
  text(): string;
  /** Replaces the text, unless it is the same. */
  setText(text: string): void;
  setProblems(problems: readonly DocumentProblem[]): void;
  focusAt(offset: number): void;
  destroy(): void;
}

/** Puts an editor into a shadow root: YAML, completion by the kind's schema, markers for what is wrong. */
export function createEditor({ root, label, kind, text, onChange }: EditorOptions): EditorHandle {
  const schema = documentSchema(kind);
  const complete = (context: CompletionContext): CompletionResult | null => {
    const found = completionsAt(context.state.doc.toString(), context.pos, schema);
    if (found === undefined || (!context.explicit && found.from === context.pos)) return null;
    const options = found.items.map(({ label: name, insert, detail }) => ({
      label: name,
      detail,
      apply: insert,
      type: insert.endsWith(":") || insert.endsWith(": ") ? "property" : "enum",
    }));
    return { from: found.from, options, validFor: /^[\w./-]*$/ };
  };
  let quiet = false;
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        foldGutter(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        bracketMatching(),
        closeBrackets(),
        search({ top: true }),
        indentUnit.of("  "),
        EditorState.tabSize.of(2),
        yaml(),
        syntaxHighlighting(highlighting),
        editorTheme,
        autocompletion({ override: [complete], icons: false }),
        keymap.of([
          { key: "Ctrl-Space", run: startCompletion },
          ...completionKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...defaultKeymap,
          indentWithTab,
        ]),
        EditorView.contentAttributes.of({
          "aria-label": label,
          "aria-multiline": "true",
          spellcheck: "false",
          tabindex: "0",
        }),
        EditorView.domEventObservers({ keydown: letTabLeave }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !quiet) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    setText: (next) => {
      if (view.state.doc.toString() === next) return;
      quiet = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      quiet = false;
    },
    setProblems: (problems) => {
      const end = view.state.doc.length;
      const diagnostics = problems.map(({ from, to, field, message }) => ({
        from: Math.min(from, end),
        to: Math.min(to, end),
        severity: "error" as const,
        message: field === "" ? message : `${field}: ${message}`,
      }));
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    focusAt: (offset) => {
      const anchor = Math.min(offset, view.state.doc.length);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}

/** How long after Escape the Tab key leaves the editor instead of indenting, in milliseconds. */
const TAB_LEAVES_MS = 10_000;

/**
 * The editor's own two seconds after Escape are short for slow hands, and do not begin when Escape also closes the
 * completions; set after the editor has done its part.
 */
function letTabLeave(event: KeyboardEvent, view: EditorView): void {
  if (event.key === "Escape") queueMicrotask(() => view.setTabFocusMode(TAB_LEAVES_MS));
}
