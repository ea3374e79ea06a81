import { Radio, WifiOff } from "lucide-react";
import type { LiveState } from "../live/live-updates.ts";

const WORDS = {
  connecting: ["Connecting", "The stream of changes is being opened."],
  live: ["Live", "Changes appear by themselves."],
  lost: ["Not live", "The stream of changes is lost and is being opened again. What you see may be old."],
} as const satisfies Record<LiveState, readonly [string, string]>;

/** Whether what is shown follows what happens. */
export function LiveIndicator({ state }: { readonly state: LiveState }) {
  const [word, meaning] = WORDS[state];
  const Icon = state === "lost" ? WifiOff : Radio;
  return (
    <span
      role="status"
      title={meaning}
      className={`inline-flex items-center gap-1.5 text-xs font-medium whitespace-nowrap ${state === "lost" ? "text-warning" : "text-muted"}`}
    >
      <Icon aria-hidden size={14} className={state === "live" ? "text-good" : undefined} />
      {word}
    </span>
  );
}
