/** What a key asks for, whatever page is open. */
export type KeyCommand =
  | { readonly command: "go"; readonly to: "clusters" | "gateways" | "routes" | "ingresses" }
  | { readonly command: "help" | "filter" | "next" | "previous" };

/** A key press, as far as it matters here. */
export interface KeyPress {
  readonly key: string;
  /** Control, Alt or Meta: then it belongs to the browser. */
  readonly modified: boolean;
  /** Whether it goes into a text field or the editor. */
  readonly typing: boolean;
}

/** What is waited for between two keys: `g` asks where to go. */
export type KeyState = "idle" | "go";

const PLACES = { c: "clusters", w: "gateways", r: "routes", i: "ingresses" } as const;

/** Every key and what it does, for the help and for nothing else to disagree with it. */
export const KEY_HELP: readonly (readonly [keys: string, does: string])[] = [
  ["g c", "Go to clusters"],
  ["g w", "Go to gateways"],
  ["g r", "Go to routes"],
  ["g i", "Go to ingresses"],
  ["/", "Filter the list"],
  ["j, k", "Next, previous row"],
  ["Enter", "Open the row"],
  ["Ctrl+Space", "Complete in the editor"],
  ["Escape, then Tab", "Leave the editor"],
  ["?", "This help"],
];

/** Takes one key press: the state after it, and the command when one is complete. */
export function pressKey(
  state: KeyState,
  press: KeyPress,
): { readonly state: KeyState; readonly command?: KeyCommand } {
  if (press.modified || press.typing) return { state: "idle" };
  if (state === "go") {
    const to = isPlace(press.key) ? PLACES[press.key] : undefined;
    return to === undefined ? { state: "idle" } : { state: "idle", command: { command: "go", to } };
  }
  if (press.key === "g") return { state: "go" };
  if (press.key === "?") return { state: "idle", command: { command: "help" } };
  if (press.key === "/") return { state: "idle", command: { command: "filter" } };
  if (press.key === "j") return { state: "idle", command: { command: "next" } };
  if (press.key === "k") return { state: "idle", command: { command: "previous" } };
  return { state: "idle" };
}

function isPlace(key: string): key is keyof typeof PLACES {
  return Object.hasOwn(PLACES, key);
}
