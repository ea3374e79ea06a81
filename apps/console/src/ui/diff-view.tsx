import { describeDiff, diffLines, foldDiff } from "../domain/line-diff.ts";
import { classNames } from "./class-names.ts";
import { ScrollRegion } from "./scroll-region.tsx";

interface DiffViewProps {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

const MARKS = { same: " ", removed: "−", added: "+" } as const;
const SAID = { same: "", removed: "removed: ", added: "added: " } as const;

/** What changed between two texts: lines with a sign in front, and what lies far from every change left out. */
export function DiffView({ label, before, after }: DiffViewProps) {
  const lines = diffLines(before, after);
  const parts = foldDiff(lines);
  if (parts.length === 0) return <p className="py-2 text-sm text-muted">No difference.</p>;
  return (
    <figure aria-label={label} className="min-w-0">
      <figcaption className="mb-1 text-xs text-muted">{describeDiff(lines)}</figcaption>
      <div className="overflow-hidden rounded-md border border-line bg-surface text-text">
        <ScrollRegion label={`${label}, lines`}>
          <div className="w-max min-w-full py-1 font-mono text-xs leading-5">
            {parts.map((part, index) =>
              part.change === "skipped" ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no identity but their place.
                <div key={index} className="bg-sunken px-3 text-muted">
                  ⋯ {part.lines} unchanged {part.lines === 1 ? "line" : "lines"}
                </div>
              ) : (
                <div
                  // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no identity but their place.
                  key={index}
                  className={classNames(
                    "flex gap-2 px-3 whitespace-pre",
                    part.change === "added" && "bg-good-ground text-good",
                    part.change === "removed" && "bg-bad-ground text-bad",
                  )}
                >
                  <span aria-hidden className="w-8 shrink-0 text-right text-muted select-none">
                    {part.number}
                  </span>
                  <span aria-hidden className="select-none">
                    {MARKS[part.change]}
                  </span>
                  <span>
                    <span className="sr-only">{SAID[part.change]}</span>
                    {part.text || " "}
                  </span>
                </div>
              ),
            )}
          </div>
        </ScrollRegion>
      </div>
    </figure>
  );
}
