/** Why an action cannot be done now; undefined when it can. Shown beside the disabled control, never hidden. */
export type Hindrance = string | undefined;

/** What the editor's controls are decided from. `P` is whatever a preview gives. */
export interface EditorState<P> {
  readonly text: string;
  /** The text of the stored version, or of the template for a new intent. */
  readonly saved: string;
  readonly isNew: boolean;
  readonly problems: number;
  readonly busy: "previewing" | "saving" | undefined;
  /** Whether it is to be saved although the preview found errors. */
  readonly accepted: boolean;
  /** The last preview, and the text it was made of. */
  readonly preview: { readonly text: string; readonly result: P; readonly blockers: number } | undefined;
}

/** What happens to an editor. */
export type EditorEvent<P> =
  | { readonly type: "typed"; readonly text: string; readonly problems: number }
  | { readonly type: "loaded"; readonly text: string }
  | { readonly type: "asked"; readonly what: "previewing" | "saving" }
  | { readonly type: "previewed"; readonly text: string; readonly result: P; readonly blockers: number }
  | { readonly type: "accepted"; readonly accepted: boolean }
  | { readonly type: "failed" };

/** The editor as it begins. */
export function startEditor<P>(text: string, saved: string, isNew: boolean, problems: number): EditorState<P> {
  return { text, saved, isNew, problems, busy: undefined, accepted: false, preview: undefined };
}

/** The editor after an event. A preview belongs to one text: it is kept, but counts only while the text is that one. */
export function editorReducer<P>(state: EditorState<P>, event: EditorEvent<P>): EditorState<P> {
  switch (event.type) {
    case "typed":
      return { ...state, text: event.text, problems: event.problems };
    case "loaded":
      // Somebody else's save moves the ground, not what is being typed; an untouched editor follows.
      return state.text === state.saved && !state.isNew
        ? { ...state, text: event.text, saved: event.text, problems: 0, preview: undefined }
        : { ...state, saved: event.text };
    case "asked":
      return { ...state, busy: event.what };
    case "previewed":
      return {
        ...state,
        busy: undefined,
        accepted: false,
        preview: { text: event.text, result: event.result, blockers: event.blockers },
      };
    case "accepted":
      return { ...state, accepted: event.accepted };
    case "failed":
      return { ...state, busy: undefined };
  }
}

/** Whether the text differs from what is stored. */
export function isChanged({ text, saved, isNew }: EditorState<unknown>): boolean {
  return isNew || text !== saved;
}

/** What hinders a preview. */
export function previewHindrance(state: EditorState<unknown>): Hindrance {
  if (state.busy !== undefined) return state.busy === "saving" ? "Saving …" : "The preview is being made …";
  if (state.problems > 0) return `Mend ${count(state.problems, "problem")} in the document first.`;
  return isChanged(state) ? undefined : "Nothing has changed.";
}

/** What hinders saving: only what was seen in a preview can be saved. */
export function saveHindrance(state: EditorState<unknown>): Hindrance {
  const first = previewHindrance(state);
  if (first !== undefined) return first;
  if (state.preview === undefined) return "Preview the change first.";
  if (state.preview.text !== state.text) return "The document has changed since the preview; preview it again.";
  if (state.preview.blockers > 0 && !state.accepted)
    return `The preview found ${count(state.preview.blockers, "error")}.`;
  return undefined;
}

/** The errors of a preview that still counts; 0 when there is nothing to accept. */
export function errorsToAccept(state: EditorState<unknown>): number {
  return state.preview?.text === state.text ? state.preview.blockers : 0;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
