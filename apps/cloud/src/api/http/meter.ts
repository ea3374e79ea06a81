import type { Metrics } from "@fairlead/core";

/** Counts and times requests by operation. */
export interface RequestMeter {
  observe(operation: string, status: number, seconds: number): void;
}

/** A meter whose label values come from the contract's operations alone. */
export function createRequestMeter(metrics: Metrics): RequestMeter {
  const seconds = metrics.histogram(
    "fairlead_api_request_seconds",
    "Time to answer a REST request, long polls included",
    [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5, 30],
    ["operation", "status"],
  );
  return { observe: (operation, status, took) => seconds.observe({ operation, status: String(status) }, took) };
}
