import type { Metrics } from "@fairlead/core";

/** What the event streams count. */
export type EventMetrics = ReturnType<typeof createEventMetrics>;

/** The event streams' metrics. */
export function createEventMetrics(metrics: Metrics) {
  return {
    streams: metrics.gauge("fairlead_event_streams", "Event streams that are open"),
    sent: metrics.counter("fairlead_events_sent_total", "Events put into streams, by name", ["event"]),
    ended: metrics.counter("fairlead_event_streams_ended_total", "Event streams that ended, by reason", ["reason"]),
  };
}
