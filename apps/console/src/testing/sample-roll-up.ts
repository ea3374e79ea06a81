import { type Cluster, type ConvergenceException, newId, proxiedOf, type RollUp } from "@fairlead/contract";

const at = "2026-11-01T00:00:00.000Z";
const id = newId("clu");

/** A connected cluster with one node. */
export function cluster(labels: Readonly<Record<string, string>> = {}): Cluster {
  return {
    id,
    name: "one",
    labels: { ...labels },
    revision: "1.1",
    connection: { state: "connected", ageMs: 0, lastSeenAt: at, connectorVersion: "1", kubernetesVersion: "1.34" },
    facts: { observedAt: at, leftOut: {} },
    nodes: [{ name: "n1", state: "reporting", lastReportAt: at }],
    dataPlane: null,
    kubeSystemUid: "uid-1",
    conditions: [],
    revokedAt: null,
    createdAt: at,
    updatedAt: at,
  };
}

type NodeRollUp = RollUp["clusters"][number]["nodes"][number];

/** A node that has passed everything up to a revision. */
export function node(revision: string | null, change: Partial<NodeRollUp> = {}): NodeRollUp {
  return { node: "n1", state: "proxied", revision, at, since: null, exceptions: [], ...change };
}

/** An exception of `rt_1`, or of another intent. */
export function exception(state: "pending" | "rejected", intent = "rt_1"): ConvergenceException {
  const object = { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", namespace: "shop", name: "web" };
  return { intent, project: null, revision: "1.10", stage: "proxied", state, at, condition: null, object };
}

/** The roll-up of {@link cluster} alone. */
export function rollUpOf({
  applied,
  nodes,
  isObservable = true,
}: {
  readonly applied: string;
  readonly nodes: NodeRollUp[];
  readonly isObservable?: boolean;
}): RollUp {
  const stage = { done: 1, total: 1, at };
  return {
    revision: "1.11",
    stage: "proxied",
    state: "converged",
    summary: "",
    stages: { stored: { at }, sent: stage, applied: stage, proxied: stage },
    clusters: [
      {
        cluster: id,
        name: "one",
        state: "converged",
        connection: "connected",
        since: null,
        sent: { state: "sent", revision: applied, at },
        applied: { state: "applied", revision: applied, at, exceptions: [] },
        proxied: { state: proxiedOf(nodes, isObservable) },
        nodes,
      },
    ],
  };
}
