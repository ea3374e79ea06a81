import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { eventually, freePort } from "@fairlead/testkit";
import { expect, it } from "vitest";
import { translateBackend } from "./backend.ts";
import { type BootstrapOptions, bootstrap } from "./bootstrap.ts";
import { ENVOY, TestEnvoy } from "./testing/envoy.ts";
import { backend } from "./testing/model.ts";

const run = promisify(execFile);

it.each<[string, Partial<BootstrapOptions>]>([
  ["an admin socket", {}],
  ["an admin port", { admin: { address: "127.0.0.1", port: 19_000 } }],
  ["a status port", { status: { address: "127.0.0.1", port: 19_001 } }],
  ["limits", { maxHeapBytes: 512 << 20, maxConnections: 10_000 }],
])("Envoy takes the bootstrap with %s", async (_, options) => {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-bootstrap-"));
  try {
    const file = join(directory, "bootstrap.json");
    const admin = { path: join(directory, "admin.sock") };
    const config = bootstrap({ node: "n", xdsSocketPath: join(directory, "xds.sock"), admin, ...options });
    writeFileSync(file, JSON.stringify(config));
    const { stderr } = await run(ENVOY, ["--mode", "validate", "-c", file, "-l", "warn"]);
    expect(stderr).not.toMatch(/deprecated/i);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

it("nobody else may open the admin socket, and only few of a cluster's counters are kept", async () => {
  await using envoy = await TestEnvoy.start();
  const resources = translateBackend(backend("ns/a:80", [1]));
  envoy.ads.set(resources);
  for (const resource of resources) expect(await envoy.ads.verdict(resource)).toEqual({ accepted: true });
  expect(statSync(join(envoy.directory, "admin.sock")).mode & 0o777).toBe(0o600);
  const counters = await envoy.admin("/stats?filter=^cluster.ns/a&usedonly=false");
  expect(counters).toContain("cluster.ns/a_80.membership_total: 1");
  expect(counters.trim().split("\n").length).toBeLessThan(40);
});

it("says that it is ready, shows its metrics, and nothing else of the admin interface", async () => {
  const statusPort = await freePort();
  await using envoy = await TestEnvoy.start({ statusPort });
  const get = (path: string, method = "GET") => fetch(`http://127.0.0.1:${statusPort}${path}`, { method });
  const resources = translateBackend(backend("ns/a:80", [1]));
  envoy.ads.set(resources);
  for (const resource of resources) await envoy.ads.verdict(resource);
  const ready = await eventually(() => get("/ready"));
  expect([ready.status, await ready.text()]).toEqual([200, "LIVE\n"]);
  expect(await (await get("/metrics")).text()).toContain("envoy_server_live{} 1");
  for (const path of ["/config_dump", "/stats", "/ready/../quitquitquit", "/metricsx"]) {
    expect((await get(path)).status).toBe(404);
  }
  expect((await get("/quitquitquit", "POST")).status).toBe(404);
});
