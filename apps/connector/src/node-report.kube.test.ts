import { resources } from "@fairlead/kubernetes";
import { eventually, tempDir } from "@fairlead/testkit";
import { NODE_REPORT_MAX_BYTES } from "@fairlead/tunnel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Connector } from "./connector.ts";
import { postReport, reportText } from "./testing/post-report.ts";
import { AGENT_TOKEN, startConnector, TestApiServer } from "./testing/test-connector.ts";
import { TestHub } from "./testing/test-hub.ts";
import { keyOf, route } from "./testing/test-objects.ts";

let stack: AsyncDisposableStack;
let api: TestApiServer;
let hub: TestHub;
let connector: Connector;

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  api = stack.use(await TestApiServer.start());
  hub = stack.use(await TestHub.start());
  const directory = stack.use(await tempDir("connector"));
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: "silent" } } as const;
  await api.client.create(resources.nodes, node);
  const env = { FAIRLEAD_STATE_DIR: directory.path, FAIRLEAD_CLOUD_URL: hub.url };
  connector = stack.use(await startConnector(api, env));
  await eventually(() => expect(hub.sessions).toBe(1));
});

afterAll(() => stack.disposeAsync());

const post = (body: string, token?: string, path?: string) => postReport(connector.nodeReportPort, body, token, path);
const report = reportText;

describe("certificates", () => {
  const certificate = {
    namespace: "shop",
    name: "tls",
    usedBy: ["gateway.networking.k8s.io/Gateway/shop/web"],
    problem: "",
    facts: {
      names: ["shop.example"],
      notBefore: "2026-01-01T00:00:00Z",
      notAfter: "2026-04-01T00:00:00Z",
      issuer: "CN=CA",
      fingerprint: "ab",
    },
  };

  test("of all nodes reach the hub as one, and whatever else an agent says of them does not", async () => {
    const more = { ...certificate, key: "PRIVATE", facts: { ...certificate.facts, pem: "PRIVATE" } };
    const body = (node: string) => report({ node, seq: 1, certificates: [more] });
    expect((await post(body("c1"))).status).toBe(200);
    expect((await post(body("c2"))).status).toBe(200);
    const key = "fairlead.dev/Certificate/shop/tls";
    await eventually(() => expect(JSON.parse(hub.facts.get(key) ?? "{}").nodes).toEqual(["c1", "c2"]));
    expect(JSON.parse(hub.facts.get(key) ?? "{}")).toEqual({ ...certificate, nodes: ["c1", "c2"], otherNodes: [] });
    expect(hub.facts.get(key)).not.toContain("PRIVATE");
    expect(await post(report({ node: "c1", seq: 2, certificates: [{ ...certificate, name: "" }] }))).toMatchObject({
      status: 400,
      body: { code: "invalid_field", detail: "certificates[0].name must be a short text" },
    });
  });
});

describe("node reports", () => {
  test("make a node's watermark follow what its proxy acknowledged", async () => {
    const one = route("reported");
    hub.write([[keyOf(one), one]]);
    await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
    expect(await post(report({ seq: 5, full: false }))).toEqual({ status: 200, body: { resync: true } });
    expect(await post(report({ seq: 6, full: true }))).toEqual({ status: 200, body: { resync: false } });
    await eventually(() => expect(hub.nodes.get("n1")?.watermark).toEqual({ epoch: 1, n: 0 }));
    const proxied = { key: keyOf(one), revision: "1.1", state: "proxied" as const, at: 1 };
    await post(report({ seq: 7, full: false, objects: [proxied] }));
    await eventually(() => expect(hub.nodes.get("n1")?.watermark).toEqual({ epoch: 1, n: 1 }));
    const rejection = { field: "spec.rules[0]", reason: "bad_regex", message: "no" };
    await post(report({ seq: 8, full: false, objects: [{ ...proxied, state: "rejected", rejection }] }));
    await eventually(() =>
      expect(hub.nodes.get("n1")?.set).toMatchObject([{ ...rejection, stage: "proxied", state: "rejected" }]),
    );
  });

  test("a node that exists and never reported is unknown", async () => {
    await eventually(() => expect(hub.nodes.get("silent")).toMatchObject({ watermark: undefined }));
    expect(hub.nodes.get("silent")?.unknownSince).toBeGreaterThan(0);
  });

  test.each([
    ["no token", "", report({}), 401, "unauthenticated"],
    ["an unknown token", "made-up", report({}), 401, "unauthenticated"],
    ["someone else's token", "other", report({}), 401, "unauthenticated"],
    ["a token meant for others", "elsewhere", report({}), 401, "unauthenticated"],
    ["no JSON", AGENT_TOKEN, "{", 400, "malformed_body"],
    [
      "a wrong revision",
      AGENT_TOKEN,
      report({ objects: [{ key: "k", revision: "x", state: "proxied", at: 1 }] }),
      400,
      "invalid_field",
    ],
    ["too many bytes", AGENT_TOKEN, "x".repeat(NODE_REPORT_MAX_BYTES + 1), 413, "body_too_large"],
  ])("%s is refused", async (_name, token, body, status, code) => {
    expect(await post(body, token)).toMatchObject({ status, body: { code } });
  });

  test("only reports are served", async () => {
    expect(await post(report({}), AGENT_TOKEN, "/other")).toMatchObject({ status: 404, body: { code: "not_found" } });
  });
});
