import type { Convergence } from "@fairlead/contract";
import { formatTime } from "./ages.ts";
import type { StateWords } from "./state-words.ts";

/** One stage of the vector over all clusters or nodes. */
export interface StageView {
  readonly name: string;
  readonly words: StateWords;
  readonly detail: string;
}

/** The vector stored → sent → applied → proxied. A stage where someone refused or is silent says so, however many are done. */
export function stagesOf({ stages, clusters }: Convergence): readonly StageView[] {
  const appliedStates = clusters.map((cluster) => cluster.applied.state);
  const nodeStates = clusters.flatMap((cluster) => cluster.nodes.map((node) => node.state));
  const stage = (
    name: string,
    { done, total, at }: Convergence["stages"]["sent"],
    states: readonly string[],
    of: string,
  ): StageView => ({
    name,
    words: wordsOf(done, total, states),
    detail: at === null ? `${done} of ${total} ${total === 1 ? of : `${of}s`}` : formatTime(at),
  });
  return [
    { name: "Stored", words: { tone: "good", label: "stored" }, detail: formatTime(stages.stored.at) },
    stage("Sent", stages.sent, [], "cluster"),
    stage("Applied", stages.applied, appliedStates, "cluster"),
    stage("Proxied", stages.proxied, nodeStates, "node"),
  ];
}

function wordsOf(done: number, total: number, states: readonly string[]): StateWords {
  const label = `${done} of ${total}`;
  const refused = states.filter((state) => state === "rejected").length;
  if (refused > 0) return { tone: "bad", label: `${refused} rejected` };
  const silent = states.filter((state) => state === "unknown").length;
  if (silent > 0) return { tone: "unknown", label: `${silent} unknown` };
  if (total === 0) return { tone: "neutral", label: "nowhere" };
  return { tone: done === total ? "good" : "busy", label };
}
