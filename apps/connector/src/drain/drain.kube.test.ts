import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { resources } from "@fairlead/kubernetes";
import { FIELD_MANAGER, INTENT_ANNOTATION } from "@fairlead/kubernetes-types";
import { startProgram, tempDir } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestApiServer } from "../testing/test-connector.ts";
import { gateway, route } from "../testing/test-objects.ts";
import { parseDrainArgs } from "./drain-command.ts";

const MAIN = join(import.meta.dirname, "../main.ts");
let api: TestApiServer;

beforeAll(async () => {
  api = await TestApiServer.start();
  const apply = { fieldManager: FIELD_MANAGER, force: true };
  const ours = <T extends { readonly metadata: object }>(object: T): T => ({
    ...object,
    metadata: { ...object.metadata, annotations: { [INTENT_ANNOTATION]: "gw_1" } },
  });
  await api.client.apply(resources.gateways, ours(gateway("edge")), apply);
  for (let n = 0; n < 40; n++) await api.client.apply(resources.httpRoutes, ours(route(`r${n}`)), apply);
  // One of another owner, and one whose manifest was copied from ours.
  await api.client.create(resources.httpRoutes, route("foreign"));
  await api.client.create(resources.httpRoutes, ours(route("copied")));
});
afterAll(() => api?.[Symbol.asyncDispose]());

async function run(args: readonly string[], kubeconfig = api.kubeconfig) {
  const program = startProgram({
    command: process.execPath,
    args: [MAIN, "drain", ...args],
    // No cloud, no state, no token: a drain needs none of them.
    env: { KUBECONFIG: kubeconfig },
  });
  const ended = await program.ended;
  return { ended, output: program.lines.join("\n") };
}

async function names(): Promise<string[]> {
  const lists = [await api.client.list(resources.httpRoutes), await api.client.list(resources.gateways)];
  return lists.flatMap(({ items }) => items.map(({ metadata }) => metadata.name)).sort();
}

test("told to keep, it leaves everything", async () => {
  const before = await names();
  const { ended, output } = await run(["--keep", "--deployment", "fairlead-connector", "--pods", "app=c"]);
  expect([ended, output]).toEqual(["exit code 0", expect.stringContaining('"remaining":41')]);
  expect(await names()).toEqual(before);
});

test("told to delete, it deletes what is ours and nothing else", async () => {
  const { ended, output } = await run(["--delete"]);
  expect([ended, output]).toEqual(["exit code 0", expect.stringContaining('"deleted":41')]);
  expect(await names()).toEqual(["copied", "foreign"]);
});

test("told to delete, it deletes what a running Fairlead made for itself, and no class of another", async () => {
  const { client } = api;
  const spec = { controllerName: "example.org/gateways" };
  const classOf = (name: string) => {
    return { apiVersion: "gateway.networking.k8s.io/v1", kind: "GatewayClass", metadata: { name }, spec } as const;
  };
  await client.create(resources.gatewayClasses, classOf("made"), { fieldManager: "fairlead-operator" });
  await client.create(resources.gatewayClasses, classOf("theirs"), { fieldManager: "kubectl" });
  // A class of another whose status the operator wrote.
  const { spec: _, ...rest } = classOf("theirs");
  const status = { ...rest, status: { conditions: [] } };
  await client.applyStatus(resources.gatewayClasses, status, { fieldManager: "fairlead-operator", force: true });
  const { namespace } = client;
  for (const name of ["fairlead-connector", "somebody"]) {
    const lease = {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name, namespace },
      spec: {},
    } as const;
    await client.create(resources.leases, lease);
  }
  const leases = ["--lease", "fairlead-connector", "--lease", "never-there"];
  const { ended } = await run(["--delete", ...leases, "--classes-of", "fairlead-operator"]);
  expect(ended).toBe("exit code 0");
  const left = [await client.list(resources.gatewayClasses), await client.list(resources.leases, { namespace })];
  expect(left.map(({ items }) => items.map(({ metadata }) => metadata.name))).toEqual([["theirs"], ["somebody"]]);
});

test("an API server that accepts and never answers does not hold up an uninstallation that keeps", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const silent = createServer((socket) => socket.on("error", () => {}));
  silent.listen(0, "127.0.0.1", resolve);
  await promise;
  await using directory = await tempDir("drain");
  const address = silent.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const kubeconfig = join(directory.path, "kubeconfig");
  writeFileSync(kubeconfig, JSON.stringify(configOf(`http://127.0.0.1:${port}`)));
  const kept = await run(["--keep"], kubeconfig);
  expect([kept.ended, kept.output]).toEqual(["exit code 0", expect.stringContaining("cluster not drained")]);
  silent.close();
});

test("it has to be said which", () => {
  expect(parseDrainArgs(["--keep"]).mode).toBe("keep");
  for (const args of [[], ["--keep", "--delete"]]) expect(() => parseDrainArgs(args)).toThrow("and not both");
});

function configOf(server: string): object {
  const name = "silent";
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: { token: "t" } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
}
