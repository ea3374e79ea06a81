import type { StateWords } from "../state-words.ts";
import type { NodeState } from "./topology.ts";

/** A node's state in words. */
export function nodeStateWords(state: NodeState): StateWords {
  const words: Readonly<Record<NodeState, StateWords>> = {
    ok: { tone: "good", label: "ok" },
    warning: { tone: "warning", label: "warning" },
    error: { tone: "bad", label: "error" },
    unknown: { tone: "unknown", label: "unknown" },
  };
  return words[state];
}

/** The share of requests that an edge carries, in words; empty when it carries all of them. */
export function weightWords(weight: number | null): string {
  return weight === null ? "" : `weight ${weight}`;
}
