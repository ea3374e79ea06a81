import { CircleAlert, CircleCheck, CircleDashed, CircleHelp, CircleMinus, TriangleAlert } from "lucide-react";
import type { StateWords, Tone } from "../domain/state-words.ts";
import { classNames } from "./class-names.ts";

const SYMBOLS = {
  good: CircleCheck,
  busy: CircleDashed,
  bad: CircleAlert,
  unknown: CircleHelp,
  neutral: CircleMinus,
  warning: TriangleAlert,
} as const satisfies Record<Tone, unknown>;

const COLOURS = {
  good: "text-good bg-good-ground",
  busy: "text-busy bg-busy-ground",
  bad: "text-bad bg-bad-ground",
  unknown: "text-unknown bg-unknown-ground",
  neutral: "text-muted bg-sunken",
  warning: "text-warning bg-warning-ground",
} as const satisfies Record<Tone, string>;

/** A state: a symbol of its own, a word, and a colour that only adds to them. */
export function StateBadge({ tone, label }: StateWords) {
  const Icon = SYMBOLS[tone];
  return (
    <span
      className={classNames(
        "inline-flex max-w-full items-center self-start gap-1 rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap",
        COLOURS[tone],
      )}
    >
      <Icon aria-hidden size={13} className="shrink-0" />
      <span className="truncate">{label}</span>
    </span>
  );
}
