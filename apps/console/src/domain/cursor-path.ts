import type { Step } from "./field-path.ts";

/** Where a cursor stands in a YAML text that may be half written. */
export interface CursorPlace {
  /** The map the cursor is in (for a key), or the field whose value is being written. List items are step 0. */
  readonly path: readonly Step[];
  readonly at: "key" | "value";
  /** What is written of the key or value so far, and where it begins. */
  readonly typed: string;
  readonly from: number;
  /** Column of the key, counted from 0, for what is inserted below it. */
  readonly indent: number;
  /** Keys that the same map has already. */
  readonly siblings: readonly string[];
}

/**
 * Finds out by indentation alone where a cursor stands, because a text that is being typed is no valid YAML most of the
 * time. Undefined in comments, in flow collections and inside longer values.
 */
export function cursorPlace(text: string, offset: number): CursorPlace | undefined {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const current = readLine(text.slice(start, offset));
  const before = text.slice(0, start).split("\n").slice(0, -1).map(readLine);
  const after = text.slice(offset).split("\n").slice(1).map(readLine);
  const value = /^([A-Za-z][\w./-]*):[ \t]+(\S*)$/.exec(current.content);
  const key = /^[\w./-]*$/.exec(current.content);
  if (value === null && key === null) return undefined;
  const parents = parentsOf(before, current);
  const siblings = [
    ...(current.dashes.length > 0 ? [] : siblingsOf(before.toReversed(), current.column, "above")),
    ...siblingsOf(after, current.column, "below"),
  ];
  const common = { indent: current.column, siblings };
  if (value !== null) {
    const [, name = "", typed = ""] = value;
    return { ...common, path: [...parents, name], at: "value", typed, from: offset - typed.length };
  }
  const typed = current.content;
  return { ...common, path: parents, at: "key", typed, from: offset - typed.length };
}

interface Line {
  /** Columns of the dashes that open list items on this line. */
  readonly dashes: readonly number[];
  /** Where the content begins. */
  readonly column: number;
  readonly content: string;
  readonly key: string | undefined;
  readonly blank: boolean;
}

function readLine(text: string): Line {
  const lead = /^[ ]*(?:-(?:[ ]+|$))*/.exec(text)?.[0] ?? "";
  const dashes = [...lead].flatMap((character, column) => (character === "-" ? [column] : []));
  const content = text.slice(lead.length);
  const key = /^["']?([A-Za-z][\w./-]*)["']?:(?:\s|$)/.exec(content)?.[1];
  const blank = dashes.length === 0 && (content.trim() === "" || content.startsWith("#"));
  return { dashes, column: lead.length, content, key, blank };
}

function parentsOf(before: readonly Line[], current: Line): Step[] {
  const steps: Step[] = current.dashes.map(() => 0);
  let column = current.dashes[0] ?? current.column;
  // A list may stand at the same column as the key it belongs to.
  let inList = current.dashes.length > 0;
  for (const line of before.toReversed()) {
    if (line.blank) continue;
    const [dash] = line.dashes;
    const sameItem = !inList && dash !== undefined && line.column === column;
    const opens = line.key !== undefined && (line.column < column || (inList && line.column === column));
    if (sameItem) steps.unshift(...line.dashes.map(() => 0));
    else if (opens && line.key !== undefined) steps.unshift(...line.dashes.map(() => 0), line.key);
    else continue;
    if (dash !== undefined) [column, inList] = [dash, true];
    else [column, inList] = [line.column, false];
  }
  return steps;
}

function siblingsOf(lines: readonly Line[], column: number, where: "above" | "below"): string[] {
  const keys: string[] = [];
  for (const line of lines) {
    if (line.blank) continue;
    // A dash opens the item: above it is the last line that belongs to it, below the first that does not.
    if (line.column < column || (where === "below" && line.column === column && line.dashes.length > 0)) break;
    if (line.column === column && line.key !== undefined) keys.push(line.key);
    if (line.column === column && line.dashes.length > 0) break;
  }
  return keys;
}
