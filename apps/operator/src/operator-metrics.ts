import { createMetrics } from "@fairlead/core";

/** The operator's own metrics. */
export function createOperatorMetrics() {
  const metrics = createMetrics();
  const written = metrics.counter("fairlead_operator_status_writes_total", "Statuses written, by kind.", ["kind"]);
  const failed = metrics.counter("fairlead_operator_reconcile_errors_total", "Reconciliations that failed, by kind.", [
    "kind",
  ]);
  const leader = metrics.gauge("fairlead_operator_leader", "1 while this replica leads.");
  return {
    statusWritten: (kind: string) => written.inc({ kind }),
    reconcileFailed: (kind: string) => failed.inc({ kind }),
    leading: (isLeader: boolean) => leader.set(isLeader ? 1 : 0),
    expose: () => metrics.expose(),
  };
}
