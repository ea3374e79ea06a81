import { newId, type ProjectPlan } from "@fairlead/contract";
import { expect, test } from "vitest";
import { projectPlanText } from "./project-plan-text.ts";

const cluster = newId("clu");
const key = (kind: string, name: string) => `gateway.networking.k8s.io/${kind}/default/${name}`;
const finding = { field: null, subject: null, related: [], cluster };

const plan: ProjectPlan = {
  base: "1.7",
  changes: [
    { kind: "HTTPRoute", namespace: "default", name: "reviews", intent: "rt_1", change: "update" },
    { kind: "HTTPRoute", namespace: "shop", name: "lost", intent: null, change: "create" },
  ],
  clusters: ["a", "b"].map((name) => ({
    cluster,
    name,
    objects: [
      { key: key("Gateway", "old"), change: "delete", before: {}, after: null, diff: [] },
      { key: key("HTTPRoute", "new"), change: "create", before: null, after: { spec: { rules: [] } }, diff: [] },
      {
        key: key("HTTPRoute", "reviews"),
        change: "update",
        before: {},
        after: {},
        diff: [{ field: "spec.rules[0].backendRefs[0].weight", before: 90, after: 50 }],
      },
      { key: key("HTTPRoute", "same"), change: "none", before: {}, after: {}, diff: [] },
    ],
  })),
  findings: [
    { ...finding, severity: "error", code: "backend_not_found", message: "Service web is not there", clusterName: "a" },
    { ...finding, severity: "error", code: "backend_not_found", message: "Service web is not there", clusterName: "b" },
    { ...finding, severity: "warning", code: "not_placed", message: "no cluster", cluster: null, clusterName: null },
  ],
  summary: { intents: 2, clusters: 2, objects: 6, errors: 2, warnings: 1 },
};

test("clusters that are alike are named together, objects show what becomes of them, findings where they are true", () => {
  expect(projectPlanText(plan)).toBe(
    [
      "in a, b:",
      "  - gateway/old",
      "  + httproute/new",
      "      spec:",
      "        rules: []",
      "  ~ httproute/reviews",
      "      ~ spec.rules[0].backendRefs[0].weight: 90 → 50",
      "",
      "in no cluster:",
      "  httproute/lost (namespace shop) create",
      "",
      "found:",
      "  error backend_not_found: Service web is not there",
      "      in a, b",
      "  warning not_placed: no cluster",
      "",
      "2 intents, 2 clusters, 6 objects; 3 findings (2 errors, 1 warning)",
    ].join("\n"),
  );
});

test("on a terminal colours say the same again; without changes there is one line", () => {
  expect(projectPlanText(plan, true)).toContain("\u001b[31m  - gateway/old\u001b[0m");
  const summary = { intents: 0, clusters: 0, objects: 0, errors: 0, warnings: 0 };
  expect(projectPlanText({ base: "1.1", changes: [], clusters: [], findings: [], summary })).toBe("nothing changes");
});
