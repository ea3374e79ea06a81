import { type Document, isMap, isNode, isPair, isScalar, isSeq } from "yaml";
import type { Step } from "./field-path.ts";

/** A range of characters of a text. */
export interface TextRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Where a field is written: its value when it is a scalar, its key when it is a map or list, else the nearest thing
 * around it that is written (a required field that is missing has no place of its own). With `part` "key", always the key.
 */
export function rangeOfField(document: Document, path: readonly Step[], part: "key" | "value" = "value"): TextRange {
  let node: unknown = document.contents;
  let range: TextRange = { from: 0, to: firstLineEnd(node) };
  for (const [depth, step] of path.entries()) {
    const last = depth === path.length - 1;
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (pair === undefined) break;
      range = nodeRange(pair.key) ?? range;
      node = pair.value;
      if (last && part === "value" && isScalar(node) && node.value !== null) range = nodeRange(node) ?? range;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      const item = nodeRange(node);
      if (item === undefined) break;
      // A list item that is a map would cover many lines: its first key stands for it.
      const first = isMap(node) ? node.items[0] : undefined;
      range = (isPair(first) ? nodeRange(first.key) : undefined) ?? item;
    } else break;
  }
  return range;
}

function nodeRange(node: unknown): TextRange | undefined {
  if (!isNode(node) || !node.range) return undefined;
  const [from, to] = node.range;
  return { from, to: Math.max(to, from + 1) };
}

function firstLineEnd(node: unknown): number {
  return isMap(node) && isPair(node.items[0]) ? (nodeRange(node.items[0].key)?.to ?? 1) : 1;
}
