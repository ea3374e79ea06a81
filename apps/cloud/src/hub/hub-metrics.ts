import type { Metrics } from "@fairlead/core";

/** What operators watch of a hub. */
export function createHubMetrics(metrics: Metrics) {
  return {
    connections: metrics.gauge("fairlead_hub_connections", "Open tunnel sessions"),
    opened: metrics.counter("fairlead_hub_sessions_total", "Tunnel sessions opened"),
    ended: metrics.counter("fairlead_hub_sessions_ended_total", "Connections ended, by error code", ["code"]),
    turnedAway: metrics.counter("fairlead_hub_turned_away_total", "Connections refused for lack of handshake places"),
    resyncs: metrics.counter("fairlead_hub_resyncs_total", "Inventories answered"),
    downgrades: metrics.counter("fairlead_hub_downgraded_sessions_total", "Sessions with a capability one end lacks"),
    framesIn: metrics.counter("fairlead_hub_frames_received_total", "Frames received", ["frame"]),
    framesOut: metrics.counter("fairlead_hub_frames_sent_total", "Frames sent", ["frame"]),
    bytesOut: metrics.counter("fairlead_hub_sent_bytes_total", "Bytes sent in frames"),
    loadQueue: metrics.gauge("fairlead_hub_full_sync_queue", "Full syncs waiting for a place"),
  };
}

/** See {@link createHubMetrics}. */
export type HubMetrics = ReturnType<typeof createHubMetrics>;
