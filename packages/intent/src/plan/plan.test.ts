import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { readPlanCase } from "../testing/plan-case.ts";
import { planChanges } from "./plan-changes.ts";
import type { FindingObject, PlanResult } from "./types.ts";

const testdata = fileURLToPath(new URL("../../testdata/plan", import.meta.url));
const cases = readdirSync(testdata).filter((name) => name.endsWith(".in.yaml"));

// The outputs are the specification: `vitest run packages/intent -u` rewrites them; review the YAML.
describe("plans", () => {
  test.each(cases)("%s", async (file) => {
    const { basis, options } = readPlanCase(readFileSync(`${testdata}/${file}`, "utf8"));
    const text = stringify(readable(planChanges(basis, options)), { lineWidth: 0, aliasDuplicateObjects: false });
    await expect(text).toMatchFileSnapshot(`${testdata}/${file.replace(".in.", ".out.")}`);
  });
});

function readable({ intents, clusters, findings, conflicts }: PlanResult): object {
  const named = (one: FindingObject | undefined) =>
    one && `${one.kind} ${one.namespace}/${one.name}, ${one.intent ?? "no intent"}, ${one.project ?? "no project"}`;
  return {
    intents,
    clusters: clusters.map(({ name, objects }) => ({
      name,
      objects: objects.map(({ key, change, diff }) => ({ key, change, ...(change === "update" && { diff }) })),
    })),
    findings: findings.map(({ severity, code, message, clusterName, subject, field, related }) => ({
      finding: `${severity} ${code}`,
      ...(clusterName !== undefined && { in: clusterName }),
      message,
      ...(subject !== undefined && { subject: named(subject) }),
      ...(field !== undefined && { field }),
      ...(related.length > 0 && { related: related.map(named) }),
    })),
    ...(conflicts.length > 0 && { conflicts }),
  };
}
