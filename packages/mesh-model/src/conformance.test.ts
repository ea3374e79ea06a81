import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { gatewayClassStatus } from "./status/gateway-class-status.ts";
import { TESTDATA } from "./testing/load-objects.ts";
import { positive } from "./verdict.ts";

const PACKAGE = join(import.meta.dirname, "..");
const UNSUPPORTED = "not supported: ";

interface Row {
  readonly name: string;
  readonly features: readonly string[];
  readonly proof: string;
}

const rows: readonly Row[] = readFileSync(join(PACKAGE, "CONFORMANCE.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| (?!Test |---)/.test(line))
  .map((line) => {
    const [name = "", features = "", proof = ""] = line.split("|").slice(1, -1);
    return { name: name.trim(), features: features.trim().split(" "), proof: proof.trim() };
  });

describe("what is said of conformance can be looked up", () => {
  test("each test once, sorted", () => {
    const names = rows.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
  });

  test.each(rows.filter(({ proof }) => !proof.startsWith(UNSUPPORTED)))("$name", ({ proof }) => {
    const goldens = [...proof.matchAll(/`(\w+)`/g)].map(([, golden = ""]) => golden);
    const tests = [...proof.matchAll(/\[[^\]]+\]\(([^)]+)\) "([^"]+)"/g)];
    expect(goldens.length + tests.length).toBeGreaterThan(0);
    for (const golden of goldens) expect(existsSync(`${TESTDATA}/${golden}.in.yaml`), golden).toBe(true);
    for (const [, file = "", title = ""] of tests) {
      expect(readFileSync(join(PACKAGE, file), "utf8")).toContain(title);
    }
  });
});

test("a GatewayClass claims each feature that is shown, and no other", () => {
  const { supportedFeatures } = gatewayClassStatus(
    {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "GatewayClass",
      metadata: { name: "x" },
      spec: { controllerName: "x" },
    },
    { controller: "x", accepted: positive("Accepted", "") },
  );
  const missing = new Set(
    rows.filter(({ proof }) => proof.startsWith(UNSUPPORTED)).flatMap(({ features }) => features),
  );
  const shown = new Set(rows.filter(({ proof }) => !proof.startsWith(UNSUPPORTED)).flatMap(({ features }) => features));
  for (const { name } of supportedFeatures) expect([...shown]).toContain(name);
  // What one row shows and another does not is claimed when the other lacks something else.
  const claimed = supportedFeatures.map(({ name }) => name);
  for (const feature of shown) if (!missing.has(feature)) expect(claimed).toContain(feature);
});
