/** One line of a comparison. `number` counts from 1 in the text it comes from; `same` lines carry the new text's. */
export interface DiffLine {
  readonly change: "same" | "removed" | "added";
  readonly text: string;
  readonly number: number;
}

/** Lines around a change that stay in sight, and how many were left out. */
export type DiffPart = DiffLine | { readonly change: "skipped"; readonly lines: number };

/** Compares two texts line by line, by the longest common subsequence; removed lines come before added ones. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const a = linesOf(before);
  const b = linesOf(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const middle = diffMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end), start);
  const same = (text: string, index: number): DiffLine => ({ change: "same", text, number: index + 1 });
  return [
    ...b.slice(0, start).map(same),
    ...middle,
    ...b.slice(b.length - end).map((text, index) => same(text, b.length - end + index)),
  ];
}

/** Leaves out what is farther than `context` lines from every change. Empty when nothing changed. */
export function foldDiff(lines: readonly DiffLine[], context = 3): readonly DiffPart[] {
  const near = new Set<number>();
  for (const [index, { change }] of lines.entries()) {
    if (change === "same") continue;
    for (let other = index - context; other <= index + context; other++) near.add(other);
  }
  if (near.size === 0) return [];
  const parts: DiffPart[] = [];
  let skipped = 0;
  for (const [index, line] of lines.entries()) {
    if (!near.has(index)) {
      skipped++;
      continue;
    }
    if (skipped > 0) parts.push({ change: "skipped", lines: skipped });
    skipped = 0;
    parts.push(line);
  }
  if (skipped > 0) parts.push({ change: "skipped", lines: skipped });
  return parts;
}

/** A line for people and screen readers: `2 lines added, 1 removed`. */
export function describeDiff(lines: readonly DiffLine[]): string {
  const added = lines.filter((line) => line.change === "added").length;
  const removed = lines.filter((line) => line.change === "removed").length;
  if (added + removed === 0) return "no difference";
  return `${added} ${added === 1 ? "line" : "lines"} added, ${removed} removed`;
}

function linesOf(text: string): readonly string[] {
  if (text === "") return [];
  return text.replace(/\n$/, "").split("\n");
}

function diffMiddle(a: readonly string[], b: readonly string[], offset: number): DiffLine[] {
  const width = b.length + 1;
  // lengths[i * width + j]: the longest common subsequence of a from i and b from j.
  const lengths = new Uint32Array((a.length + 1) * width);
  const length = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] = a[i] === b[j] ? length(i + 1, j + 1) + 1 : Math.max(length(i + 1, j), length(i, j + 1));
    }
  }
  const result: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      result.push({ change: "same", text: b[j] ?? "", number: offset + j + 1 });
      i++;
      j++;
    } else if (i < a.length && (j === b.length || length(i + 1, j) >= length(i, j + 1))) {
      result.push({ change: "removed", text: a[i] ?? "", number: offset + i + 1 });
      i++;
    } else {
      result.push({ change: "added", text: b[j] ?? "", number: offset + j + 1 });
      j++;
    }
  }
  return result;
}
