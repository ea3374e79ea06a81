import { expect, test } from "vitest";
import { createAgentMetrics } from "./agent-metrics.ts";

const figures = { resources: 0, quarantined: 0, pending: 0, connected: true, reportFailures: 0 };
const facts = {
  names: [],
  notBefore: "2026-01-01T00:00:00Z",
  notAfter: "2026-04-01T00:00:00Z",
  issuer: "",
  fingerprint: "",
};

test("certificates in use show when they expire; one that is no longer in use is not shown", async () => {
  const metrics = createAgentMetrics();
  const use = { secret: "shop/tls", usedBy: [], facts };
  const lines = async (certificates: readonly { readonly secret: string; readonly usedBy: readonly string[] }[]) =>
    (await metrics.expose({ ...figures, certificates }))
      .split("\n")
      .filter((line) => line.startsWith("fairlead_certificate_not_after_seconds{"));
  expect(await lines([use, { secret: "shop/none", usedBy: [] }])).toEqual([
    'fairlead_certificate_not_after_seconds{namespace="shop",name="tls"} 1775001600',
  ]);
  expect(await lines([])).toEqual([]);
});
