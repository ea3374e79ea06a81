import { createMetrics } from "@fairlead/core";
import type { CertificateUse } from "@fairlead/mesh-model";

/** What the gauges show, read when they are asked for. */
export interface AgentFigures {
  readonly resources: number;
  readonly quarantined: number;
  readonly pending: number;
  readonly connected: boolean;
  readonly reportFailures: number;
  /** TLS Secrets in use. */
  readonly certificates: readonly CertificateUse[];
}

/** The agent's metrics. */
export interface AgentMetrics {
  /** Objects changed, and how long it took to bring that into the discovery cache. */
  onApplied(objects: number, ms: number): void;
  /** Envoy refused a resource. */
  onRefused(): void;
  /** Prometheus' text format. */
  expose(figures: AgentFigures): Promise<string>;
}

/** Makes the metrics of one agent. */
export function createAgentMetrics(): AgentMetrics {
  const metrics = createMetrics();
  const changes = metrics.counter("fairlead_agent_object_changes_total", "Object changes that meant something");
  const refused = metrics.counter("fairlead_agent_refusals_total", "Resources Envoy refused");
  const apply = metrics.histogram(
    "fairlead_agent_apply_ms",
    "From a batch of object changes to the discovery cache, in milliseconds",
    [0.25, 0.5, 1, 2, 5, 10, 25, 100, 1000],
  );
  const resources = metrics.gauge("fairlead_agent_resources", "Resources in the discovery cache");
  const quarantined = metrics.gauge("fairlead_agent_quarantined_objects", "Objects kept from Envoy");
  const pending = metrics.gauge("fairlead_agent_pending_resources", "Resources whose acknowledgement is awaited");
  const connected = metrics.gauge("fairlead_agent_proxy_connected", "1 while Envoy has a stream open");
  const failures = metrics.gauge("fairlead_agent_report_failures", "Reports that failed in a row");
  // Names of Secrets are users' words; there are as many as this node serves, and those no longer in use are dropped.
  const notAfter = metrics.gauge(
    "fairlead_certificate_not_after_seconds",
    "When a certificate in use expires, in seconds since 1970",
    ["namespace", "name"],
  );
  return {
    onApplied: (objects, ms) => {
      changes.inc(objects);
      apply.observe(ms);
    },
    onRefused: () => refused.inc(),
    expose: (figures) => {
      resources.set(figures.resources);
      quarantined.set(figures.quarantined);
      pending.set(figures.pending);
      connected.set(figures.connected ? 1 : 0);
      failures.set(figures.reportFailures);
      notAfter.reset();
      for (const { secret, facts } of figures.certificates) {
        const [namespace = "", name = ""] = secret.split("/");
        if (facts !== undefined) notAfter.set({ namespace, name }, Date.parse(facts.notAfter) / 1_000);
      }
      return metrics.expose();
    },
  };
}
