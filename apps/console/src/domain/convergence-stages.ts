import type { Convergence } from "@fairlead/contract";
import { formatTime } from "./ages.ts";
import { type StateWords, stageWords } from "./state-words.ts";

/** One stage of the vector over all clusters or nodes. */
export interface StageView {
  readonly name: string;
  readonly words: StateWords;
  readonly detail: string;
}

/** The vector stored → sent → applied → proxied. A stage where someone refused or is silent says so, however many are done. */
export function stagesOf({ stages, clusters }: Convergence): readonly StageView[] {
  const appliedStates = clusters.map((cluster) => cluster.applied.state);
  // A cluster that cannot be observed has no nodes that count; it is said once.
  const nodeStates = clusters.flatMap(({ proxied, nodes }) =>
    proxied.state === "unobservable" ? [proxied.state] : nodes.map((node) => node.state),
  );
  const stage = (
    name: string,
    { done, total, at }: Convergence["stages"]["sent"],
    states: readonly string[],
    of: string,
  ): StageView => ({
    name,
    words: wordsOf(done, total, states),
    detail: at === null ? detailOf(done, total, of, states) : formatTime(at),
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
  if (total === 0 && states.includes("unobservable")) return stageWords("unobservable");
  if (total === 0) return { tone: "neutral", label: "nowhere" };
  return { tone: done === total ? "good" : "busy", label };
}

function detailOf(done: number, total: number, of: string, states: readonly string[]): string {
  const counted = `${done} of ${total} ${total === 1 ? of : `${of}s`}`;
  const unseen = states.filter((state) => state === "unobservable").length;
  if (unseen === 0) return counted;
  const elsewhere = `not observable in ${unseen} ${unseen === 1 ? "cluster" : "clusters"}`;
  return total === 0 ? elsewhere : `${counted}; ${elsewhere}`;
}
