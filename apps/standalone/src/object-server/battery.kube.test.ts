import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, fromKubeconfig, parseKubeconfig } from "@fairlead/kubernetes";
import { battery, withBatteryContext } from "@fairlead/kubernetes/battery";
import { type KubeApiserver, kubeApiserverMissing, startKubeApiserver } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type ObjectServer, objectServerKubeconfig, startObjectServer } from "./start-object-server.ts";

// One client, two servers, one battery.
describe("the object server is a Kubernetes API server to our client", () => {
  let server: ObjectServer;
  let connection: Connection;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "fairlead-objects-"));
    server = await startObjectServer({ dataDir, tokens: [{ token: "battery-token", username: "battery" }] });
    connection = parseKubeconfig(objectServerKubeconfig({ url: server.url, token: "battery-token" }));
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true });
  });

  test.each(battery)("$name", async ({ run }) => {
    await withBatteryContext(connection, run);
  });
});

// The same cases hold the battery itself to the truth: in a cluster with the Gateway API's kinds when one is named, else
// on a kube-apiserver of our own.
const named = process.env.FAIRLEAD_TEST_KUBECONFIG;
const missing = named === undefined ? kubeApiserverMissing() : undefined;
describe.skipIf(missing !== undefined)(`the real API server${missing === undefined ? "" : ` (${missing})`}`, () => {
  let server: KubeApiserver | undefined;
  let connection: Connection;

  beforeAll(async () => {
    if (named === undefined) server = await startKubeApiserver();
    connection = fromKubeconfig(named ?? server?.kubeconfig ?? "");
  }, 90_000);

  afterAll(() => server?.[Symbol.asyncDispose]());

  test.each(battery)("$name", async ({ run }) => {
    await withBatteryContext(connection, run);
  });
});
