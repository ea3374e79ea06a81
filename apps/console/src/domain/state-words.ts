import type { Cluster, ClusterCondition, ConnectionState, ConvergenceState } from "@fairlead/contract";
import { ageOf } from "./ages.ts";

/** How something is, for its colour and symbol; a word always stands beside. */
export type Tone = "good" | "busy" | "bad" | "unknown" | "neutral" | "warning";

/** A state in words, and its tone. */
export interface StateWords {
  readonly tone: Tone;
  readonly label: string;
}

/** A convergence state in words. Silence is its own answer, never a kind of success. */
export function convergenceWords(state: ConvergenceState): StateWords {
  const tones = {
    converged: "good",
    progressing: "busy",
    rejected: "bad",
    unknown: "unknown",
    unplaced: "neutral",
  } as const satisfies Record<ConvergenceState, Tone>;
  return { tone: tones[state], label: state };
}

/** The state of a stage of one cluster or node in words. */
export function stageWords(state: string): StateWords {
  switch (state) {
    case "proxied":
    case "applied":
    case "sent":
    case "stored":
    case "reporting":
      return { tone: "good", label: state };
    case "pending":
      return { tone: "busy", label: state };
    case "rejected":
      return { tone: "bad", label: state };
    case "unobservable":
      return { tone: "neutral", label: "not observable" };
    default:
      return { tone: "unknown", label: state };
  }
}

/** What serves in a cluster, in words. */
export function dataPlaneWords(plane: Cluster["dataPlane"]): string {
  if (plane === null) return "not known: its connector has not said";
  if (plane.kind === "cilium") return "Cilium: what its proxies serve cannot be observed";
  const { gateways, ingresses } = plane.hostNetwork;
  const onNodes = [gateways && "Gateways", ingresses && "Ingresses"].filter((word) => word !== null);
  if (onNodes.length === 0) return "Fairlead's Envoy";
  return `Fairlead's Envoy; ${onNodes.join(" and ")} listen on the nodes' own addresses`;
}

/** What a cluster tells of itself beside what Fairlead wrote there, in words. */
export function factsWords(facts: Cluster["facts"], nowMs: number): string {
  if (facts === null) return "nothing: its connector never joined, or is too old";
  const left = Object.entries(facts.leftOut).map(([kind, count]) => `${count} ${kind}`);
  const confirmed = `confirmed ${ageOf(facts.observedAt, nowMs)} ago`;
  return left.length === 0 ? confirmed : `${confirmed}; over its quota and left out: ${left.sort().join(", ")}`;
}

/** What there is to look at about a cluster, as a title. */
export function clusterConditionWords({ reason }: Pick<ClusterCondition, "reason">): string {
  const words = {
    OtherCluster: "Another Kubernetes cluster has a copy of this one's identity",
    SecondConnector: "Two connectors have this cluster's identity",
    JoinedTwice: "The same Kubernetes cluster has joined more than once",
  } as const satisfies Record<ClusterCondition["reason"], string>;
  return words[reason];
}

/** The state of a certificate in words. */
export function certificateWords(state: "valid" | "expiring" | "expired" | "unusable"): StateWords {
  const tones = { valid: "good", expiring: "warning", expired: "bad", unusable: "bad" } as const;
  return { tone: tones[state], label: state };
}

/** The state of a cluster's connection in words, with how old what is known is. */
export function connectionWords({ connection, revokedAt }: Cluster, nowMs: number): StateWords {
  if (revokedAt !== null) return { tone: "bad", label: `revoked ${ageOf(revokedAt, nowMs)} ago` };
  const { state, lastSeenAt } = connection;
  const age = lastSeenAt === null ? undefined : ageOf(lastSeenAt, nowMs);
  const words: Readonly<Record<ConnectionState, StateWords>> = {
    connected: { tone: "good", label: age === undefined ? "connected" : `connected, heard ${age} ago` },
    late: { tone: "warning", label: `late: silent for ${age ?? "a while"}` },
    stale: { tone: "unknown", label: `stale since ${age ?? "unknown"}${age === undefined ? "" : " ago"}` },
    unknown: { tone: "unknown", label: "never connected" },
  };
  return words[state];
}
