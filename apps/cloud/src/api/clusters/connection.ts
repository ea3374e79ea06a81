import type { Cluster, ConnectionState } from "@fairlead/contract";
import type { ClusterState } from "@fairlead/database";

/** How often a connector says it is alive, in milliseconds; see the tunnel's heartbeat. */
const HEARTBEAT_MS = 10_000;
/** Hubs write down when they last heard a connector once per heartbeat, so silence shows this much later. */
const SLACK_MS = 2_500;

/** How a connector's tunnel is. `seenAt`: when a hub last heard it. */
export function connectionState(
  state: Pick<ClusterState, "connected" | "seenAt"> | undefined,
  nowMs: number,
): ConnectionState {
  if (state?.seenAt === undefined) return "unknown";
  const silentMs = nowMs - state.seenAt.getTime();
  if (!state.connected || silentMs > 2.5 * HEARTBEAT_MS + SLACK_MS) return "stale";
  return silentMs > HEARTBEAT_MS + SLACK_MS ? "late" : "connected";
}

/** The `connection` of a cluster as the API shows it. */
export function presentConnection(state: ClusterState | undefined, nowMs: number): Cluster["connection"] {
  const seenAt = state?.seenAt;
  return {
    state: connectionState(state, nowMs),
    ageMs: seenAt === undefined ? null : Math.max(0, Math.round(nowMs - seenAt.getTime())),
    lastSeenAt: seenAt?.toISOString() ?? null,
    connectorVersion: state?.connectorVersion ?? null,
    kubernetesVersion: state?.kubernetesVersion ?? null,
  };
}
