import type { IntentRecord } from "../domain/intent-record.ts";

/** An HTTPRoute for tests, with some fields replaced. */
export function sampleRoute(change: Partial<IntentRecord> = {}): IntentRecord {
  return {
    id: "rt_1",
    project: "prj_1",
    name: "web",
    namespace: "shop",
    labels: { app: "web" },
    annotations: {},
    placement: { clusterSelector: {} },
    driftPolicy: "revert",
    spec: {
      parentRefs: [{ name: "edge", namespace: "infra", sectionName: "https" }],
      hostnames: ["shop.example.com", "*.example.org"],
      rules: [
        {
          backendRefs: [
            { name: "web-v2", port: 80 },
            { name: "web-v1", port: 80, weight: 3 },
          ],
        },
      ],
    },
    revision: "1.10",
    createdAt: "2026-11-01T00:00:00.000Z",
    updatedAt: "2026-11-02T00:00:00.000Z",
    ...change,
  };
}

/** `count` routes that differ in name, namespace, host and labels, for measuring. */
export function manyRoutes(count: number): IntentRecord[] {
  return Array.from({ length: count }, (_, index) =>
    sampleRoute({
      id: `rt_${index}`,
      name: `route-${index}`,
      namespace: `team-${index % 50}`,
      labels: { app: `app-${index % 200}`, tier: index % 2 === 0 ? "web" : "api" },
      spec: {
        parentRefs: [{ name: "edge" }],
        hostnames: [`host-${index}.example.com`],
        rules: [{ backendRefs: [{ name: `service-${index % 300}`, port: 80 }] }],
      },
      revision: `1.${index + 1}`,
    }),
  );
}
