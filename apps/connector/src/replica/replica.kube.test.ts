import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { resources } from "@fairlead/kubernetes";
import { eventually, freePort, startProgram } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { API_SERVERS } from "../testing/api-servers.ts";
import { postReport, reportText } from "../testing/post-report.ts";
import { startReplica, TestApiServer } from "../testing/test-connector.ts";
import { TestHub } from "../testing/test-hub.ts";
import { keyOf, route } from "../testing/test-objects.ts";
import { CONNECTOR_LEASE, type Replica } from "./replica.ts";

const MAIN = join(import.meta.dirname, "../main.ts");

/** A hub, and a namespace of its own for replicas to keep their state in. */
async function setUp(api: TestApiServer) {
  const stack = new AsyncDisposableStack();
  // What another test's cloud put there would be taken for ours.
  for (const { metadata } of (await api.client.list(resources.httpRoutes)).items) {
    await api.client.delete(resources.httpRoutes, metadata);
  }
  const hub = stack.use(await TestHub.start());
  const namespace = `replicas-${randomUUID()}`;
  const metadata = { name: namespace };
  await api.client.create(resources.namespaces, { apiVersion: "v1", kind: "Namespace", metadata });
  const env = { FAIRLEAD_NAMESPACE: namespace, FAIRLEAD_CLOUD_URL: hub.url };
  const start = async (name: string) =>
    stack.use(
      await startReplica(
        api,
        { ...env, FAIRLEAD_POD_NAME: name },
        {
          lease: { leaseDurationMs: 10_000, renewDeadlineMs: 7_000, retryMs: 100 },
        },
      ),
    );
  const port = await freePort();
  /** The process itself, as one pod: at the same address whenever it is started. */
  const startProcess = (name: string) => {
    const program = startProgram({
      command: process.execPath,
      args: [MAIN],
      env: {
        ...env,
        FAIRLEAD_STATE: "cluster",
        FAIRLEAD_POD_IP: "127.0.0.1",
        FAIRLEAD_POD_NAME: name,
        KUBECONFIG: api.kubeconfig,
        FAIRLEAD_JOIN_TOKEN: "jt_good",
        FAIRLEAD_NODE_REPORT_LISTEN: `127.0.0.1:${port}`,
        FAIRLEAD_ADMIN_PORT: "0",
      },
    });
    stack.defer(() => program.kill());
    return program;
  };
  return { hub, namespace, start, startProcess, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function isReady(replica: Replica): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${replica.adminPort}/readyz`)).status === 200;
}

async function metric(replica: Replica, name: string): Promise<string | undefined> {
  const text = await (await fetch(`http://127.0.0.1:${replica.adminPort}/metrics`)).text();
  return new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1];
}

describe.each(API_SERVERS)("replicas on $title", ({ start, skipped }) => {
  describe.skipIf(skipped)("", () => {
    let api: TestApiServer;

    beforeAll(async () => {
      api = await start();
    }, 90_000);
    afterAll(() => api?.[Symbol.asyncDispose]());

    test("one works and the other is ready; it goes on where the first stopped, with a delta", async () => {
      await using given = await setUp(api);
      const { hub, start } = given;
      const first = await start("a");
      await eventually(() => expect(hub.sessions).toBe(1));
      const second = await start("b");
      await eventually(async () => expect(await isReady(second)).toBe(true));
      hub.write(Array.from({ length: 50 }, (_, n) => [keyOf(route(`kept-${n}`)), route(`kept-${n}`)] as const));
      await eventually(() => expect(hub.cloud.acked).toEqual(hub.cloud.revision));
      expect([first.leads, second.leads, hub.sessions]).toEqual([true, false, 1]);
      expect([await isReady(first), await metric(second, "fairlead_connector_leading")]).toEqual([true, "0"]);
      const held = hub.cloud.revision;
      const inventories = hub.resyncs;
      await first[Symbol.asyncDispose]();
      hub.write([[keyOf(route("new")), route("new")]]);
      await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
      expect([second.leads, hub.sessions, await metric(second, "fairlead_connector_leading")]).toEqual([true, 2, "1"]);
      const hellos = hub.received.filter((frame) => frame.type === "hello");
      expect(hellos.at(-1)).toMatchObject({ holds: held, resync: false, instance: hellos[0]?.instance });
      expect(hub.received.filter((frame) => frame.type === "enroll")).toHaveLength(1);
      expect(hub.resyncs).toBe(inventories);
    });

    test("whoever finds the lease in another's hand ends at once", async () => {
      await using given = await setUp(api);
      const { hub, namespace, startProcess } = given;
      const program = startProcess("a");
      await eventually(() => expect(hub.sessions).toBe(1));
      const spec = {
        holderIdentity: "somebody",
        leaseDurationSeconds: 60,
        renewTime: new Date().toISOString().replace("Z", "000Z"),
      };
      await api.client.patch(resources.leases, { namespace, name: CONNECTOR_LEASE }, { spec });
      expect(await program.ended).toBe("exit code 75");
      expect(program.lines.join("\n")).not.toContain("PRIVATE KEY");
    });

    test("whoever finds its state in another's hand ends at once, and is back with all of it", async () => {
      await using given = await setUp(api);
      const { hub, namespace, startProcess } = given;
      const program = startProcess("a");
      await eventually(() => expect(hub.sessions).toBe(1));
      hub.write([[keyOf(route("mine")), route("mine")]]);
      await eventually(() => expect(hub.cloud.acked).toEqual(hub.cloud.revision));
      const inventories = hub.resyncs;
      await api.client.patch(resources.secrets, { namespace, name: "fairlead-bundle-0" }, { data: { log: "AAAA" } });
      hub.write([[keyOf(route("mine")), route("mine", "/2")]]);
      expect(await program.ended).toBe("exit code 75");
      startProcess("a");
      await eventually(() => expect(hub.cloud.acked).toEqual(hub.cloud.revision));
      expect(hub.resyncs).toBe(inventories + 1);
    });

    test("a restarted container takes up the lease of the one it was", async () => {
      await using given = await setUp(api);
      const { hub, start, startProcess } = given;
      const program = startProcess("a");
      await eventually(() => expect(hub.sessions).toBe(1));
      const other = await start("b");
      await eventually(async () => expect(await isReady(other)).toBe(true));
      await program.kill();
      startProcess("a");
      await eventually(() => expect(hub.sessions).toBe(2));
      expect(other.leads).toBe(false);
    });
  });
});

test("who dies is followed once its lease has run out, and only then", async () => {
  await using api = await TestApiServer.start();
  await using given = await setUp(api);
  const { hub, start, startProcess } = given;
  const program = startProcess("a");
  await eventually(() => expect(hub.sessions).toBe(1));
  const other = await start("b");
  await eventually(async () => expect(await isReady(other)).toBe(true));
  hub.write([[keyOf(route("left")), route("left")]]);
  await eventually(() => expect(hub.cloud.acked).toEqual(hub.cloud.revision));
  const held = hub.cloud.revision;
  await program.kill();
  await eventually(() => expect(other.leads).toBe(true), { timeoutMs: 20_000 });
  await eventually(() => expect(hub.sessions).toBe(2));
  expect(hub.received.findLast((frame) => frame.type === "hello")).toMatchObject({ holds: held, resync: false });
}, 30_000);

describe("agents' reports", () => {
  test("reach the leader through any replica, before and after it changes", async () => {
    await using api = await TestApiServer.start();
    await using given = await setUp(api);
    const { hub, start } = given;
    const first = await start("a");
    await eventually(() => expect(hub.sessions).toBe(1));
    const second = await start("b");
    await eventually(async () => expect(await isReady(second)).toBe(true));
    const port = second.nodeReportPort;
    expect(await postReport(port, reportText({ node: "n1" }))).toMatchObject({ status: 200 });
    await eventually(() => expect([...hub.nodes.keys()]).toContain("n1"));
    // Whose report it is, is the leader's question; the pipe asks nothing.
    expect(await postReport(port, reportText({ node: "n1" }), "other")).toMatchObject({ status: 401 });
    await first[Symbol.asyncDispose]();
    await eventually(() => expect(second.leads).toBe(true));
    expect(await postReport(port, reportText({ node: "n2" }))).toMatchObject({ status: 200 });
    await eventually(() => expect([...hub.nodes.keys()]).toContain("n2"));
  });

  test("find nobody while nobody leads, and the replica says that it is not ready", async () => {
    await using api = await TestApiServer.start();
    await using given = await setUp(api);
    const { namespace, start } = given;
    const metadata = { namespace, name: CONNECTOR_LEASE };
    const spec = { holderIdentity: "gone@127.0.0.1:1", leaseDurationSeconds: 3_600 };
    const lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec } as const;
    await api.client.create(resources.leases, lease);
    const replica = await start("a");
    await eventually(async () => expect(await isReady(replica)).toBe(true));
    await expect(postReport(replica.nodeReportPort, reportText({}))).rejects.toThrow();
    expect(replica.leads).toBe(false);
  });
});
