import type { ClusterRollUp, ConvergenceException } from "@fairlead/contract";

/** One object that has not arrived, and who says so. */
export interface GatheredException {
  readonly exception: ConvergenceException;
  /** The nodes that say it; empty when it is the API server or the connector. */
  readonly nodes: readonly string[];
}

/** The exceptions of a cluster, the same words of several nodes put together; refusals first, then by object. */
export function gatherExceptions({ applied, nodes }: ClusterRollUp): readonly GatheredException[] {
  const gathered = new Map<string, { exception: ConvergenceException; nodes: string[] }>();
  const add = (exception: ConvergenceException, node: string | undefined) => {
    const { object, state, stage, condition } = exception;
    const key = JSON.stringify([object, state, stage, condition?.message, condition?.field]);
    const entry = gathered.get(key) ?? { exception, nodes: [] };
    if (node !== undefined) entry.nodes.push(node);
    gathered.set(key, entry);
  };
  for (const exception of applied.exceptions) add(exception, undefined);
  for (const node of nodes) for (const exception of node.exceptions) add(exception, node.node);
  const order = ({ exception: { state, object } }: GatheredException) =>
    `${state === "rejected" ? 0 : 1} ${object.kind} ${object.namespace} ${object.name}`;
  return [...gathered.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
}
