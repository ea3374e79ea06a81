import type { ClusterStateFrame, NodeState, NodeStatesFrame, StageException } from "./frame.ts";
import type * as wire from "./gen/fairlead/v1/tunnel_pb.js";
import { invalidField, keyOf, listOf, revisionOf, textOf, whole } from "./wire-field.ts";

/** Reads what a connector says about its API server. */
export function clusterState(value: wire.ClusterState): ClusterStateFrame {
  return {
    type: "clusterState",
    applied: revisionOf(value.applied, "clusterState.applied"),
    set: listOf(value.set, "clusterState.set", exception),
    clear: listOf(value.clear, "clusterState.clear", keyOf),
    complete: value.complete,
    at: whole(value.atMs, "clusterState.atMs"),
  };
}

/** Reads what a connector says about its nodes. */
export function nodeStates(value: wire.NodeStates): NodeStatesFrame {
  return {
    type: "nodeStates",
    nodes: listOf(value.nodes, "nodeStates.nodes", nodeState),
    complete: value.complete,
    names: listOf(value.names, "nodeStates.names", textOf),
  };
}

function nodeState(value: wire.NodeState, field: string): NodeState {
  const unknownSince = whole(value.unknownSinceMs, `${field}.unknownSinceMs`);
  return {
    node: textOf(value.node, `${field}.node`, 253),
    watermark: value.watermark === undefined ? undefined : revisionOf(value.watermark, `${field}.watermark`),
    unknownSince: unknownSince === 0 ? undefined : unknownSince,
    set: listOf(value.set, `${field}.set`, exception),
    clear: listOf(value.clear, `${field}.clear`, keyOf),
    complete: value.complete,
    removed: value.removed,
    at: whole(value.atMs, `${field}.atMs`),
  };
}

function exception(value: wire.Exception, field: string): StageException {
  const { stage, state } = value;
  if (stage !== "applied" && stage !== "proxied") throw invalidField(`${field}.stage`, "must be applied or proxied");
  if (state !== "rejected" && state !== "pending") throw invalidField(`${field}.state`, "must be rejected or pending");
  return {
    key: keyOf(value.key, `${field}.key`),
    revision: revisionOf(value.revision, `${field}.revision`),
    stage,
    state,
    reason: value.reason.slice(0, 128),
    field: value.field.slice(0, 1024),
    message: value.message.slice(0, 4096),
    at: whole(value.atMs, `${field}.atMs`),
  };
}
