import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { resources } from "@fairlead/kubernetes";
import { INTENT_ANNOTATION, REVISION_ANNOTATION } from "@fairlead/kubernetes-types";
import { eventually, tempDir } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeCluster } from "./cluster-description.ts";
import type { Connector } from "./connector.ts";
import { fileText, startConnector, TestApiServer } from "./testing/test-connector.ts";
import { TestHub } from "./testing/test-hub.ts";
import { gateway, gatewayClass, grpcRoute, keyOf, route } from "./testing/test-objects.ts";

let api: TestApiServer;

beforeAll(async () => {
  api = await TestApiServer.start();
});

afterAll(async () => {
  await api[Symbol.asyncDispose]();
});

/** A hub, a state folder and a connector between them; everything is gone when disposed. */
async function setUp(env: Readonly<Record<string, string>> = {}) {
  const stack = new AsyncDisposableStack();
  const directory = stack.use(await tempDir("connector"));
  const hub = stack.use(await TestHub.start());
  const start = (more: Readonly<Record<string, string>> = {}): Promise<Connector> =>
    startConnector(api, { FAIRLEAD_STATE_DIR: directory.path, FAIRLEAD_CLOUD_URL: hub.url, ...env, ...more });
  return { hub, start, path: directory.path, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function getRoute(name: string) {
  return api.client.get(resources.httpRoutes, { namespace: "default", name });
}

describe("the connector", () => {
  test("applies what the hub sends, annotated, and reports it applied", async () => {
    await using given = await setUp();
    const { hub, start } = given;
    hub.write([
      [keyOf(route("first")), route("first")],
      [keyOf(gateway("edge")), gateway("edge")],
      [keyOf(gatewayClass("shared")), gatewayClass("shared")],
    ]);
    await using _connector = await start();
    await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
    const applied = await getRoute("first");
    expect(applied.metadata.annotations).toMatchObject({ [INTENT_ANNOTATION]: "rt_1", [REVISION_ANNOTATION]: "1.1" });
    expect(applied.metadata.managedFields).toMatchObject([{ manager: "fairlead", operation: "Apply" }]);
    hub.write([[keyOf(route("first")), undefined]]);
    await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
    await expect(getRoute("first")).rejects.toMatchObject({ code: "not_found" });
  });

  test("applies and deletes gRPC routes as it does HTTP routes, and says that the cluster serves them", async () => {
    await using given = await setUp();
    const { hub, start } = given;
    hub.write([[keyOf(grpcRoute("greeter")), grpcRoute("greeter")]]);
    await using _connector = await start();
    await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
    const place = { namespace: "default", name: "greeter" };
    const applied = await api.client.get(resources.grpcRoutes, place);
    expect(applied.spec).toMatchObject(grpcRoute("greeter").spec);
    const { serves } = await describeCluster(api.client, AbortSignal.timeout(5_000));
    expect(serves).toContain("gateway.networking.k8s.io/v1/GRPCRoute");
    hub.write([[keyOf(grpcRoute("greeter")), undefined]]);
    await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
    await expect(api.client.get(resources.grpcRoutes, place)).rejects.toMatchObject({ code: "not_found" });
  });

  test("tells what serves in the cluster, and expects nothing of nodes where that is Cilium", async () => {
    await using given = await setUp({ FAIRLEAD_DATA_PLANE: "cilium", FAIRLEAD_GATEWAY_HOST_NETWORK: "true" });
    const { hub, start } = given;
    await api.client.create(resources.nodes, { apiVersion: "v1", kind: "Node", metadata: { name: "silent" } });
    hub.write([[keyOf(route("seen")), route("seen")]]);
    await using _connector = await start();
    await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
    const hello = hub.received.find((frame) => frame.type === "hello");
    expect(hello?.dataPlane).toMatchObject({ kind: "cilium", ciliumClasses: true, hostNetwork: { gateways: null } });
    expect(hub.received.filter((frame) => frame.type === "nodeStates")).toMatchObject([
      { complete: true, names: [], nodes: [] },
    ]);
  });

  test("one refused object is reported with the API server's words and holds nothing back", async () => {
    await using given = await setUp();
    const { hub, start } = given;
    const bad = { ...route("bad"), spec: { rules: "none" } };
    hub.write([
      [keyOf(bad), bad],
      [keyOf(route("good")), route("good")],
    ]);
    await using _connector = await start();
    await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
    await getRoute("good");
    const exception = hub.exceptions.get(keyOf(bad));
    expect(exception).toMatchObject({ stage: "applied", state: "rejected" });
    expect(`${exception?.field} ${exception?.message}`).toMatch(/spec\.rules/);
    hub.write([[keyOf(bad), route("bad")]]);
    await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
    expect(hub.exceptions.size).toBe(0);
    await getRoute("bad");
  });

  test("a foreign object is reported, never overwritten, never deleted, and taken over once it is gone", async () => {
    await using given = await setUp();
    const { hub, start } = given;
    await api.client.create(resources.httpRoutes, route("foreign", "/theirs"), { fieldManager: "kubectl" });
    hub.write([[keyOf(route("foreign")), route("foreign", "/ours")]]);
    await using _connector = await start();
    await eventually(() =>
      expect(hub.exceptions.get(keyOf(route("foreign")))).toMatchObject({
        reason: "foreign_object",
        state: "rejected",
      }),
    );
    hub.write([[keyOf(route("foreign")), undefined]]);
    await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
    expect(hub.exceptions.size).toBe(0);
    const left = await getRoute("foreign");
    expect(JSON.stringify(left.spec)).toContain("/theirs");
    expect(left.metadata.annotations?.[INTENT_ANNOTATION]).toBeUndefined();
    await api.client.delete(resources.httpRoutes, { namespace: "default", name: "foreign" });
  });

  test("an object that was replaced by someone else's of the same name is not touched", async () => {
    await using given = await setUp();
    const { hub, start } = given;
    hub.write([[keyOf(route("swapped")), route("swapped")]]);
    await (async () => {
      await using _connector = await start();
      await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
    })();
    // While the connector is away: at work it would put a deleted object back before anyone else could take the name.
    await api.client.delete(resources.httpRoutes, { namespace: "default", name: "swapped" });
    await api.client.create(resources.httpRoutes, route("swapped", "/theirs"), { fieldManager: "kubectl" });
    await using _again = await start();
    hub.write([[keyOf(route("swapped")), route("swapped", "/changed")]]);
    await eventually(() =>
      expect(hub.exceptions.get(keyOf(route("swapped")))).toMatchObject({ reason: "foreign_object" }),
    );
    expect(JSON.stringify((await getRoute("swapped")).spec)).toContain("/theirs");
    await api.client.delete(resources.httpRoutes, { namespace: "default", name: "swapped" });
  });

  test("restarted without the cloud it keeps the bundle and brings back what is missing", async () => {
    await using given = await setUp();
    const { hub, start } = given;
    hub.write([
      [keyOf(route("kept")), route("kept")],
      [keyOf(route("gone")), route("gone")],
    ]);
    await (async () => {
      await using _connector = await start();
      await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
    })();
    await api.client.delete(resources.httpRoutes, { namespace: "default", name: "gone" });
    await using _again = await start({ FAIRLEAD_CLOUD_URL: "ws://127.0.0.1:9" });
    await eventually(() => getRoute("gone"));
    await getRoute("kept");
  });

  test("drift is undone by the next pass", async () => {
    await using given = await setUp({ FAIRLEAD_REAPPLY_INTERVAL_MS: "1000" });
    const { hub, start } = given;
    hub.write([[keyOf(route("drifting")), route("drifting", "/wanted")]]);
    await using _connector = await start();
    await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
    const edited = route("drifting", "/edited");
    await api.client.patch(resources.httpRoutes, { namespace: "default", name: "drifting" }, { spec: edited.spec });
    await eventually(async () => expect(JSON.stringify((await getRoute("drifting")).spec)).toContain("/wanted"));
  });

  test("a corrupt cache is named, kept aside, and deletes nothing; the cloud makes it whole again", async () => {
    await using given = await setUp();
    const { hub, start, path } = given;
    hub.write([
      [keyOf(route("stays")), route("stays")],
      [keyOf(route("leaves")), route("leaves")],
    ]);
    await (async () => {
      await using _connector = await start();
      await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
    })();
    const journal = join(path, "bundle.journal");
    writeFileSync(journal, fileText(path, "bundle.journal").replace("rt_1", "rt_2"));
    // Without the cloud, nothing goes although nothing is known.
    const offline = await start({ FAIRLEAD_CLOUD_URL: "ws://127.0.0.1:9" });
    await eventually(async () =>
      expect((await fetch(`http://127.0.0.1:${offline.adminPort}/readyz`)).status).toBe(200),
    );
    await getRoute("stays");
    await getRoute("leaves");
    await offline[Symbol.asyncDispose]();
    expect(fileText(path, "bundle.journal.corrupt")).toContain("rt_2");
    // Deleted in the cloud and forgotten there, because this cluster had acknowledged it before.
    hub.cloud.write([[keyOf(route("leaves")), undefined]]);
    hub.cloud.acked = hub.cloud.revision;
    hub.cloud.collectTombstones();
    const before = hub.resyncs;
    await using _again = await start();
    await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
    expect(hub.resyncs).toBe(before + 1);
    await getRoute("stays");
    await expect(getRoute("leaves")).rejects.toMatchObject({ code: "not_found" });
  });
});
