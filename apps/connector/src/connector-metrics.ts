import type { Metrics } from "@fairlead/core";

/** The connector's own metrics. Labels are closed sets. */
export function connectorMetrics(metrics: Metrics) {
  const frames = metrics.counter("fairlead_tunnel_frames_total", "Tunnel frames, by direction.", ["direction"]);
  const bytes = metrics.counter("fairlead_tunnel_bytes_total", "Bytes of tunnel frames, by direction.", ["direction"]);
  const largest = metrics.gauge("fairlead_tunnel_largest_frame_bytes", "The largest frame so far, by direction.", [
    "direction",
  ]);
  const most = { in: 0, out: 0 };
  return {
    /** Counts a frame of so many bytes. */
    frame: (direction: "in" | "out", size: number) => {
      frames.inc({ direction });
      bytes.inc({ direction }, size);
      most[direction] = Math.max(most[direction], size);
      largest.set({ direction }, most[direction]);
    },
    leading: metrics.gauge("fairlead_connector_leading", "Whether this replica works (1) or stands by (0)."),
    connected: metrics.gauge("fairlead_tunnel_connected", "Whether a tunnel session is open (1) or not (0)."),
    sessions: metrics.counter("fairlead_tunnel_sessions_total", "Tunnel sessions that ended, by why.", ["code"]),
    resyncs: metrics.counter("fairlead_tunnel_resyncs_total", "Inventories sent, by why.", ["reason"]),
    stale: metrics.counter("fairlead_tunnel_stale_changes_total", "Changes discarded because a newer one is held."),
    applies: metrics.counter("fairlead_apply_total", "Outcomes of applying objects.", ["outcome"]),
    queue: metrics.gauge("fairlead_apply_queue_length", "Objects waiting to be applied or being applied."),
    reports: metrics.counter("fairlead_node_reports_total", "Node reports, by outcome.", ["outcome"]),
    commitMs: metrics.histogram(
      "fairlead_bundle_commit_milliseconds",
      "Time to make a delta durable.",
      [0.25, 1, 2.5, 5, 10, 25, 50, 100, 250, 1_000, 5_000],
    ),
  };
}

/** See {@link connectorMetrics}. */
export type ConnectorMetrics = ReturnType<typeof connectorMetrics>;
