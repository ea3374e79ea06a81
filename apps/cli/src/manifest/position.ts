import { type Document, isMap, isNode, isPair, isScalar, isSeq, type LineCounter, type Node } from "yaml";

/** The line, from 1, of the field with this path (`spec.rules[0].name`), or of the nearest thing around it. */
export function lineOf(document: Document, lines: LineCounter, field: string): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const part of segments(field)) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === part);
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset === undefined ? 1 : lines.linePos(offset).line;
}

/** `spec.rules[0]["a.b"]` → `spec`, `rules`, `0`, `a.b`. */
function segments(field: string): string[] {
  return [...field.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, plain]) => quoted ?? index ?? plain ?? "",
  );
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? offsetOf(node) : undefined;
}

function offsetOf(node: Node): number | undefined {
  return node.range?.[0];
}
