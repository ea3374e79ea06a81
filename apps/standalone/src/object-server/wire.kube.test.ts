import { Secret } from "@fairlead/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, TEST_TOKEN, type TestServer } from "./test-server.ts";

const SERVICES = "/api/v1/namespaces/default/services";
const ROUTES = "/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes";
const AGENT = "system:serviceaccount:fairlead:agent";

let t: TestServer;

beforeAll(async () => {
  t = await startTestServer({
    tokens: [
      { token: TEST_TOKEN, username: "test" },
      { token: "agent-token", username: AGENT, audiences: ["fairlead-connector"] },
    ],
  });
});

afterAll(() => t[Symbol.asyncDispose]());

const service = (name: string, more: object = {}) =>
  JSON.stringify({ apiVersion: "v1", kind: "Service", metadata: { name }, spec: { ports: [{ port: 80 }] }, ...more });

describe("who asks", () => {
  test.each([
    ["no token", {}],
    ["an unknown token", { authorization: "Bearer nobody" }],
    ["an empty password", { authorization: `Basic ${Buffer.from("fairlead:").toString("base64")}` }],
  ])("%s gets 401 for everything but health and version", async (_, headers) => {
    const refused = await fetch(`${t.server.url}${SERVICES}`, { headers });
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({ kind: "Status", reason: "Unauthorized", code: 401 });
    for (const path of ["/healthz", "/readyz", "/version"]) {
      expect((await fetch(`${t.server.url}${path}`, { headers })).status).toBe(200);
    }
  });

  test("a token review says whose token it is, and only for the audiences it is meant for", async () => {
    const review = (token: string, ...audiences: string[]) => t.client.reviewToken(new Secret(token), audiences);
    expect(await review("agent-token", "fairlead-connector", "other")).toMatchObject({
      authenticated: true,
      user: {
        username: AGENT,
        groups: ["system:serviceaccounts", "system:serviceaccounts:fairlead", "system:authenticated"],
      },
      audiences: ["fairlead-connector"],
    });
    expect(await review("agent-token", "other")).toEqual({
      authenticated: false,
      error: "the token is not meant for other",
    });
    expect(await review("nobody", "fairlead-connector")).toEqual({
      authenticated: false,
      error: "the token is not known",
    });
  });
});

describe("what is refused, and in which words", () => {
  test.each([
    ["a body that is not JSON", "POST", SERVICES, "{", {}, 400, /^error decoding the body: /],
    [
      "a body of another kind",
      "POST",
      ROUTES,
      service("a"),
      {},
      400,
      /^v1 Service is not what this path serves \(gateway.networking.k8s.io\/v1 HTTPRoute\)$/,
    ],
    ["no object at all", "POST", SERVICES, "[]", {}, 400, /^the body is not a Kubernetes object/],
    ["another name", "PUT", `${SERVICES}/b`, service("a"), {}, 404, /^services "b" not found$/],
    [
      "another namespace",
      "POST",
      SERVICES,
      service("a", { metadata: { name: "a", namespace: "x" } }),
      {},
      400,
      /^the namespace of the provided object does not match/,
    ],
    [
      "a name that is none",
      "POST",
      SERVICES,
      service("A_b"),
      {},
      422,
      /^Service "A_b" is invalid: metadata.name: Invalid value: "A_b": a lowercase RFC 1123/,
    ],
    [
      "an unknown field, if strict",
      "POST",
      `${SERVICES}?fieldValidation=Strict`,
      service("a", { specs: {} }),
      {},
      400,
      /^Service in version "v1" cannot be handled as a Service: strict decoding error: unknown field "specs"$/,
    ],
    [
      "an unknown path",
      "GET",
      "/apis/apps/v1/deployments",
      undefined,
      {},
      404,
      /^the server could not find the requested resource$/,
    ],
    ["a verb that is none", "POST", `${SERVICES}/a`, service("a"), {}, 405, /^POST is not supported on this path$/],
    [
      "a selector that is none",
      "GET",
      `${SERVICES}?labelSelector=a%3D%3D%3Db`,
      undefined,
      {},
      400,
      /is not a label selector$/,
    ],
    [
      "an unknown field selector",
      "GET",
      `${SERVICES}?fieldSelector=spec.x%3D1`,
      undefined,
      {},
      400,
      /^"spec.x" is not a known field selector/,
    ],
    [
      "an unknown patch",
      "PATCH",
      `${SERVICES}/a`,
      "{}",
      { "content-type": "text/plain" },
      415,
      /^"text\/plain" is not a kind of patch/,
    ],
    ["CBOR", "POST", SERVICES, "x", { "content-type": "application/cbor" }, 415, /this server reads JSON and YAML$/],
    [
      "protobuf that is cut short",
      "POST",
      SERVICES,
      "k8s\u0000\u0012\u0009",
      { "content-type": "application/vnd.kubernetes.protobuf" },
      400,
      /^the protobuf body ends in the middle of a field$/,
    ],
    [
      "a body over 3 MiB",
      "POST",
      SERVICES,
      service("a", { pad: "x".repeat(3 * 1024 * 1024) }),
      {},
      413,
      /^Request entity too large/,
    ],
    [
      "a forgotten continue token",
      "GET",
      `${SERVICES}?limit=1&continue=${Buffer.from("x/1").toString("base64url")}`,
      undefined,
      {},
      410,
      /^The provided continue parameter is too old/,
    ],
    [
      "apply by nobody",
      "PATCH",
      `${SERVICES}/a`,
      service("a"),
      { "content-type": "application/apply-patch+yaml" },
      400,
      /^fieldManager is required for apply patch$/,
    ],
  ])("%s", async (_, method, path, body, headers, code, message) => {
    const response = await t.send(method, path, body, headers);
    expect(response.status).toBe(code);
    const status: unknown = await response.json();
    expect(status).toMatchObject({ kind: "Status", status: "Failure", code, message: expect.stringMatching(message) });
    expect(await (await t.send("GET", SERVICES)).json()).toMatchObject({ items: [] });
  });

  test("everything wrong with an object is said at once, each with its field", async () => {
    const rules = [{ matches: [{ path: { type: "Fuzzy", value: "/" } }], backendRefs: [{ port: 70000 }] }];
    const route = {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "HTTPRoute",
      metadata: { name: "r" },
      spec: { rules },
    };
    const response = await t.send("POST", ROUTES, JSON.stringify(route));
    expect(await response.json()).toMatchObject({
      code: 422,
      details: {
        causes: [
          { field: "spec.rules[0].matches[0].path.type", reason: "FieldValueNotSupported" },
          { field: "spec.rules[0].backendRefs[0].name", message: "Required value" },
          {
            field: "spec.rules[0].backendRefs[0].port",
            message: "Invalid value: 70000: should be less than or equal to 65535",
          },
        ],
      },
    });
  });
});

describe("forms kubectl and others use", () => {
  test("an unknown field is dropped with a warning unless the request is strict", async () => {
    const response = await t.send("POST", SERVICES, service("warned", { specs: {} }));
    expect(response.headers.get("warning")).toBe('299 - "unknown field \\"specs\\""');
    expect(await response.json()).not.toHaveProperty("specs");
  });

  test("apply takes YAML", async () => {
    const yaml = "apiVersion: v1\nkind: Service\nmetadata: {name: yaml}\nspec:\n  ports:\n  - port: 80\n";
    const headers = { "content-type": "application/apply-patch+yaml" };
    const response = await t.send("PATCH", `${SERVICES}/yaml?fieldManager=me`, yaml, headers);
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ metadata: { name: "yaml", namespace: "default" } });
  });

  test("strategic merge and JSON patches change one item of a keyed list", async () => {
    await t.send("POST", SERVICES, service("patched"));
    const strategic = {
      spec: {
        ports: [
          { port: 81, name: "b" },
          { port: 80, name: "a" },
        ],
      },
    };
    await t.send("PATCH", `${SERVICES}/patched`, JSON.stringify(strategic), {
      "content-type": "application/strategic-merge-patch+json",
    });
    const json = [
      { op: "test", path: "/spec/ports/1/port", value: 81 },
      { op: "replace", path: "/spec/ports/1/port", value: 82 },
    ];
    const response = await t.send("PATCH", `${SERVICES}/patched`, JSON.stringify(json), {
      "content-type": "application/json-patch+json",
    });
    expect(await response.json()).toMatchObject({
      spec: {
        ports: [
          { port: 80, name: "a", protocol: "TCP" },
          { port: 82, name: "b" },
        ],
      },
    });
  });

  test("a table has the columns of the kind", async () => {
    const response = await t.send("GET", "/api/v1/namespaces", undefined, {
      accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
    });
    expect(await response.json()).toMatchObject({
      kind: "Table",
      columnDefinitions: [{ name: "Name" }, { name: "Status" }, { name: "Age" }],
      rows: [
        { cells: ["default", "Active", expect.stringMatching(/^\d+s$/)] },
        { cells: ["kube-system", "Active", expect.anything()] },
      ],
    });
  });

  test("a gRPC route is kept whole, listed with its hosts, and refused with the field that is wrong", async () => {
    const path = "/apis/gateway.networking.k8s.io/v1/namespaces/default/grpcroutes";
    const route = (rule: object, name = "greeter") => ({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "GRPCRoute",
      metadata: { name },
      spec: { hostnames: ["grpc.example.com"], rules: [rule] },
    });
    const rule = {
      name: "hello",
      matches: [
        { method: { service: "helloworld.Greeter", method: "SayHello" }, headers: [{ name: "a", value: "b" }] },
      ],
      filters: [{ type: "RequestMirror", requestMirror: { backendRef: { name: "m", port: 80 }, percent: 5 } }],
      backendRefs: [{ name: "greeter", port: 50051, weight: 1 }],
      sessionPersistence: { type: "Header", header: { name: "x-session" } },
    };
    const made = await t.send("POST", `${path}?fieldValidation=Strict`, JSON.stringify(route(rule)));
    expect([made.status, await made.json()]).toMatchObject([201, { spec: { rules: [rule] } }]);
    const wrong = route({ matches: [{ method: { type: "Prefix" } }], timeouts: {} }, "wrong");
    const refused = await t.send("POST", path, JSON.stringify(wrong));
    expect(await refused.json()).toMatchObject({
      details: { causes: [{ field: "spec.rules[0].matches[0].method.type", reason: "FieldValueNotSupported" }] },
    });
    const strict = await t.send(
      "POST",
      `${path}?fieldValidation=Strict`,
      JSON.stringify(route({ timeouts: {} }, "wrong")),
    );
    expect(await strict.text()).toContain('unknown field \\"spec.rules[0].timeouts\\"');
    const table = await t.send("GET", path, undefined, {
      accept: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
    });
    expect(await table.json()).toMatchObject({
      columnDefinitions: [{ name: "Name" }, { name: "Hostnames" }, { name: "Age" }],
      rows: [{ cells: ["greeter", '["grpc.example.com"]', expect.anything()] }],
    });
  });

  test("a watch for initial events sends what there is and marks the end", async () => {
    const response = await t.send(
      "GET",
      "/api/v1/namespaces?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&timeoutSeconds=1&allowWatchBookmarks=true",
    );
    const lines = (await response.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map((line) => line.type)).toEqual(["ADDED", "ADDED", "BOOKMARK"]);
    expect(lines[2].object.metadata.annotations).toEqual({ "k8s.io/initial-events-end": "true" });
  });

  test("every group, version and kind can be discovered", async () => {
    const groups: { groups: { name: string; preferredVersion: { groupVersion: string } }[] } = JSON.parse(
      await (await t.send("GET", "/apis")).text(),
    );
    expect(groups.groups.map((group) => group.preferredVersion.groupVersion)).toEqual([
      "coordination.k8s.io/v1",
      "discovery.k8s.io/v1",
      "fairlead.dev/v1alpha1",
      "gateway.networking.k8s.io/v1",
      "networking.k8s.io/v1",
      "authentication.k8s.io/v1",
    ]);
    const beta: { resources: { name: string }[] } = JSON.parse(
      await (await t.send("GET", "/apis/gateway.networking.k8s.io/v1beta1")).text(),
    );
    expect(beta.resources.map((resource) => resource.name)).toEqual(["referencegrants"]);
    expect((await t.send("GET", "/apis/nothing.example.com")).status).toBe(404);
  });
});
