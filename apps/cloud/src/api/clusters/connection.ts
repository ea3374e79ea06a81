import type { Cluster, ConnectionState } from "@fairlead/contract";
import type { ClusterState } from "@fairlead/database";

/**
 * Hubs write down every 5 s which connectors they have heard within the last heartbeat (10 s, with some slack). One
 * and a half of these without a word mean that a heartbeat is overdue.
 */
const LATE_AFTER_MS = 7_500;
/** After 2.5 heartbeats a connector is dead, also when the hub that would have said so is. */
const STALE_AFTER_MS = 25_000;

/** How a connector's tunnel is. `seenAt`: when a hub last heard it. */
export function connectionState(
  state: Pick<ClusterState, "connected" | "seenAt"> | undefined,
  nowMs: number,
): ConnectionState {
  if (state?.seenAt === undefined) return "unknown";
  const silentMs = nowMs - state.seenAt.getTime();
  if (!state.connected || silentMs > STALE_AFTER_MS) return "stale";
  return silentMs > LATE_AFTER_MS ? "late" : "connected";
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
