import { describe, expect, test } from "vitest";
import { type EditorEvent, editorReducer, previewHindrance, saveHindrance, startEditor } from "./editor-state.ts";

const run = (...events: EditorEvent<string>[]) =>
  events.reduce(editorReducer<string>, startEditor<string>("old", "old", false, 0));
const typed = (text: string, problems = 0): EditorEvent<string> => ({ type: "typed", text, problems });
const previewed = (text: string, blockers = 0): EditorEvent<string> => ({
  type: "previewed",
  text,
  result: "r",
  blockers,
});

describe("only what was seen in a preview can be saved", () => {
  test.each<[string, string | undefined, EditorEvent<string>[]]>([
    ["untouched", "Nothing has changed.", []],
    ["typed", "Preview the change first.", [typed("new")]],
    ["typed with problems", "Mend 2 problems in the document first.", [typed("new", 2)]],
    ["previewed", undefined, [typed("new"), previewed("new")]],
    [
      "typed after the preview",
      "The document has changed since the preview; preview it again.",
      [typed("new"), previewed("new"), typed("newer")],
    ],
    ["typed back to what was previewed", undefined, [typed("new"), previewed("new"), typed("newer"), typed("new")]],
    ["the preview found errors", "The preview found 1 error.", [typed("new"), previewed("new", 1)]],
    ["its errors accepted", undefined, [typed("new"), previewed("new", 1), { type: "accepted", accepted: true }]],
    [
      "accepted, but of an earlier preview",
      "The preview found 2 errors.",
      [typed("new"), previewed("new", 1), { type: "accepted", accepted: true }, typed("newer"), previewed("newer", 2)],
    ],
    ["being saved", "Saving …", [typed("new"), previewed("new"), { type: "asked", what: "saving" }]],
    [
      "the save failed",
      undefined,
      [typed("new"), previewed("new"), { type: "asked", what: "saving" }, { type: "failed" }],
    ],
  ])("%s: %s", (_, reason, events) => {
    expect(saveHindrance(run(...events))).toBe(reason);
  });
});

test("a new document may be previewed as it is", () => {
  expect(previewHindrance(startEditor("template", "template", true, 0))).toBeUndefined();
});

describe("somebody else saves", () => {
  test("an untouched editor follows", () => {
    expect(run({ type: "loaded", text: "theirs" })).toMatchObject({ text: "theirs", saved: "theirs" });
  });

  test("what was typed stays", () => {
    expect(run(typed("mine"), { type: "loaded", text: "theirs" })).toMatchObject({ text: "mine", saved: "theirs" });
  });
});
