import type { HeaderChanges } from "./answer.ts";
import type { HeaderLine } from "./request.ts";

/** Header lines after edits, applied in turn. A name that is set keeps one line; names are compared without case. */
export function editHeaders(lines: readonly HeaderLine[], edits: readonly HeaderChanges[]): HeaderLine[] {
  let headers = [...lines];
  const without = (name: string) => headers.filter((other) => other.name.toLowerCase() !== name.toLowerCase());
  for (const { remove, set, add } of edits) {
    for (const name of remove) headers = without(name);
    for (const line of set) headers = [...without(line.name), line];
    headers.push(...add);
  }
  return headers;
}
