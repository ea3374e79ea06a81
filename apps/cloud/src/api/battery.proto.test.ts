import { newId, routes } from "@fairlead/contract";
import { generateToken } from "@fairlead/contract/token-secret";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestCloud, type TestCloud, type TestTenant } from "../testing/start-test-cloud.ts";
import { TestApi } from "../testing/test-api.ts";

/** Every operation of the contract: one that is added is in the battery without anyone thinking of it. */
const operations = Object.values(routes).flatMap((resource) =>
  Object.values(resource).map((route) => ({
    name: route.operationId ?? "",
    method: route.method.toUpperCase(),
    path: route.path,
    open: "security" in route && route.security?.length === 0,
    streams: "200" in route.responses && JSON.stringify(route.responses[200]).includes("text/event-stream"),
    takesBody: "request" in route && route.request !== undefined && "body" in route.request,
  })),
);
const secured = operations.filter((operation) => !operation.open);
const writes = secured.filter((operation) => operation.takesBody);
/** Those that name something in their path. */
const named = secured.filter((operation) => operation.path.includes("{"));

let cloud: TestCloud;
let acme: TestTenant;
let globex: TestTenant;
/** Ids of things that exist and belong to acme, by parameter. */
let owned: Record<string, string>;
/** Ids of the same kinds that nobody has. */
const absent: Record<string, string> = {
  organization: newId("org"),
  project: newId("prj"),
  cluster: newId("clu"),
  joinToken: newId("jt"),
  token: newId("tok"),
  revision: "1.999999",
};
const body = JSON.stringify({ name: "x", spec: {}, grants: [], labels: {} });

beforeAll(async () => {
  cloud = await startTestCloud();
  [acme, globex] = [await cloud.tenant("acme"), await cloud.tenant("globex")];
  const cluster = await acme.api.post("/v1/clusters", { name: "one" });
  const join = await acme.api.post(`/v1/clusters/${cluster.body.id}/join-tokens`, {});
  const token = await acme.api.post("/v1/tokens", { name: "ci" });
  const intents = `/v1/projects/${acme.project}`;
  const gateway = await acme.api.post(`${intents}/gateways`, {
    name: "gw",
    spec: { gatewayClassName: "fairlead", listeners: [{ name: "http", port: 80, protocol: "HTTP" }] },
  });
  const route = await acme.api.post(`${intents}/http-routes`, { name: "rt", spec: { parentRefs: [{ name: "gw" }] } });
  const grpcRoute = await acme.api.post(`${intents}/grpc-routes`, { name: "grt", spec: {} });
  const ingress = await acme.api.post(`${intents}/ingresses`, {
    name: "ing",
    spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } },
  });
  expect([cluster, join, token, gateway, route, grpcRoute, ingress].map((answer) => answer.status)).toEqual(
    Array(7).fill(201),
  );
  owned = {
    organization: acme.organization,
    project: acme.project,
    cluster: cluster.body.id,
    joinToken: join.body.id,
    token: token.body.id,
    revision: route.body.revision,
    gateways: gateway.body.id,
    "http-routes": route.body.id,
    "grpc-routes": grpcRoute.body.id,
    ingresses: ingress.body.id,
  };
});
afterAll(() => cloud?.[Symbol.asyncDispose]());

const absentIntents: Record<string, string> = {
  gateways: newId("gw"),
  "http-routes": newId("rt"),
  "grpc-routes": newId("grt"),
  ingresses: newId("ing"),
};

function fill(path: string, ids: Record<string, string>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const segment = /(gateways|http-routes|grpc-routes|ingresses)/.exec(path)?.[1] ?? "";
    return (name === "id" ? ids[segment] : ids[name]) ?? "";
  });
}

function send(api: TestApi, operation: (typeof operations)[number], path: string, text = body) {
  const headers = { "if-match": "*" };
  return api.send(operation.method, path, operation.takesBody ? { body: text, headers } : { headers });
}

describe.each(secured)("$name", (operation) => {
  test("without a token: 401", async () => {
    const answer = await send(new TestApi(cloud.cloud.url), operation, fill(operation.path, owned));
    expect([answer.status, answer.body.code]).toEqual([401, "unauthenticated"]);
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body.requestId).toBe(answer.headers.get("x-request-id"));
  });

  test("with a token nobody gave out: 401", async () => {
    const stranger = new TestApi(cloud.cloud.url, generateToken("tok").token.reveal());
    expect((await send(stranger, operation, fill(operation.path, owned))).status).toBe(401);
  });

  test("with a revoked token: 401 from the next request on", async () => {
    const { body: made } = await acme.api.post("/v1/tokens", { name: "short-lived" });
    const revoked = new TestApi(cloud.cloud.url, made.token);
    expect((await revoked.get("/v1/whoami")).status).toBe(200);
    expect((await acme.api.delete(`/v1/tokens/${made.id}`)).status).toBe(204);
    expect((await send(revoked, operation, fill(operation.path, owned))).status).toBe(401);
  });
});

describe.each(named)("$name", (operation) => {
  // Guarantee: what belongs to somebody else answers in the very words of what does not exist.
  test("another tenant's id looks like one that nobody has", async () => {
    const input = validBodies[operation.name] ?? body;
    const theirs = await send(globex.api, operation, fill(operation.path, owned), input);
    const nobodys = await send(globex.api, operation, fill(operation.path, { ...absent, ...absentIntents }), input);
    if (operation.name === "getRevision") {
      // Revisions are numbers of one's own organization: the same number is another thing, or none.
      expect(theirs.body.id).not.toBe(owned["http-routes"]);
      return;
    }
    expect([theirs.status, nobodys.status]).toEqual([404, 404]);
    expect({ ...theirs.body, requestId: "" }).toEqual({ ...nobodys.body, requestId: "" });
  });

  test("an id that cannot exist: 404", async () => {
    const path = operation.path.replace(/\{\w+\}/g, "nonsense");
    expect((await send(acme.api, operation, path)).body.code).toBe("not_found");
  });
});

describe.each(writes)("$name", (operation) => {
  const path = () => fill(operation.path, { ...owned, ...absentIntents });

  test("a body above the limit: 413", async () => {
    const answer = await send(acme.api, operation, path(), JSON.stringify({ name: "x".repeat(1024 * 1024) }));
    expect([answer.status, answer.body.code]).toEqual([413, "body_too_large"]);
  });

  test.each([
    ["no JSON", "{", "The body is not JSON: "],
    ["nesting without end", "[".repeat(100_000), "The body is not JSON: "],
    ["deep nesting", `${'{"a":'.repeat(100)}1${"}".repeat(100)}`, "The body is nested deeper than 64 levels."],
    ["U+0000", '{"name":"\\u0000"}', "A text in the body is not valid Unicode or holds U+0000."],
    ["half a character", '{"name":"\\ud800"}', "A text in the body is not valid Unicode or holds U+0000."],
  ])("%s: 400", async (_, text, detail) => {
    const answer = await send(acme.api, operation, path(), text);
    expect([answer.status, answer.body.code]).toEqual([400, "malformed_body"]);
    expect(answer.body.detail).toContain(detail);
  });

  test("another content type: 400", async () => {
    const headers = { "content-type": "text/plain", "if-match": "*" };
    const answer = await acme.api.send(operation.method, path(), { body, headers });
    expect(answer.body).toMatchObject({
      code: "malformed_body",
      detail: "Content-Type is text/plain; it must be application/json.",
    });
  });

  test("a field nobody knows: 422 naming it", async () => {
    const input = { ...JSON.parse(validBodies[operation.name] ?? body), nonsense: 1 };
    const answer = await send(acme.api, operation, path(), JSON.stringify(input));
    expect([answer.status, answer.body.code]).toEqual([422, "unknown_field"]);
    expect(answer.body.errors.map((one: { field: string }) => one.field)).toEqual(["nonsense"]);
  });

  test("no body at all: 400", async () => {
    const headers = { "if-match": "*", "content-type": "application/json" };
    const answer = await acme.api.send(operation.method, path(), { headers });
    expect([answer.status, answer.body.code]).toEqual([400, "malformed_body"]);
  });
});

const gatewaySpec = { gatewayClassName: "fairlead", listeners: [{ name: "http", port: 80, protocol: "HTTP" }] };
const validBodies: Record<string, string> = {
  createGateway: JSON.stringify({ name: "x", spec: gatewaySpec }),
  replaceGateway: JSON.stringify({ name: "x", spec: gatewaySpec }),
  createHttpRoute: JSON.stringify({ name: "x", spec: {} }),
  replaceHttpRoute: JSON.stringify({ name: "x", spec: {} }),
  createGrpcRoute: JSON.stringify({ name: "x", spec: {} }),
  replaceGrpcRoute: JSON.stringify({ name: "x", spec: {} }),
  createIngress: JSON.stringify({
    name: "x",
    spec: { defaultBackend: { service: { name: "a", port: { number: 1 } } } },
  }),
  replaceIngress: JSON.stringify({
    name: "x",
    spec: { defaultBackend: { service: { name: "a", port: { number: 1 } } } },
  }),
  createPlan: JSON.stringify({ changes: [{ action: "apply", kind: "HTTPRoute", name: "x", spec: {} }] }),
  applyPlan: JSON.stringify({ base: "1.1", changes: [{ action: "apply", kind: "HTTPRoute", name: "x", spec: {} }] }),
  createProject: JSON.stringify({ name: "x", grants: [] }),
  replaceProject: JSON.stringify({ name: "x", grants: [] }),
  createCluster: JSON.stringify({ name: "x" }),
  replaceCluster: JSON.stringify({ name: "x" }),
  createToken: JSON.stringify({ name: "x" }),
  createJoinToken: JSON.stringify({}),
  confirmCluster: JSON.stringify({ kubeSystemUid: "uid-1" }),
  matchRoute: JSON.stringify({ host: "x" }),
  patchOrganization: JSON.stringify({ name: "x" }),
};

test("open operations need no token and every operation of the contract answers", async () => {
  const nobody = new TestApi(cloud.cloud.url);
  expect((await nobody.get("/healthz")).body).toEqual({ status: "ok" });
  const document = await nobody.get("/openapi.json");
  expect(document.body.openapi).toBe("3.1.0");
  for (const operation of operations.filter((one) => one.method === "GET" && !one.open && !one.streams)) {
    const answer = await acme.api.get(fill(operation.path, owned));
    expect([operation.name, answer.status]).toEqual([operation.name, 200]);
  }
});
