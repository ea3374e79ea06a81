import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { newId, PROBLEM_MEDIA_TYPE, toProblem } from "@fairlead/contract";
import { MeshError, Secret } from "@fairlead/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ClientOptions, createClient, listAll } from "./client.ts";

interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

let server: Server;
let seen: Seen[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      seen.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const noWait = { now: () => 0, sleep: () => Promise.resolve() };
const baseUrl = () => {
  const address = server.address();
  return `http://127.0.0.1:${isAddress(address) ? address.port : 0}`;
};
const isAddress = (address: unknown): address is AddressInfo => typeof address === "object" && address !== null;
const client = (more: Partial<ClientOptions> = {}) =>
  createClient({ baseUrl: baseUrl(), token: new Secret("fl_tok_x"), clock: noWait, ...more });
const json = (status: number, body: unknown) => (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};
const failure = async (call: Promise<unknown>): Promise<MeshError> => {
  const thrown: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof MeshError)) throw new Error(`expected a MeshError, got ${String(thrown)}`);
  return thrown;
};

const project = newId("prj");
const id = newId("gw");

describe("requests", () => {
  test("path, query, body, token and If-Match are what the contract says", async () => {
    answer = json(200, { dryRun: true, change: "none", clusters: [], warnings: [] });
    await client().gateways.put({
      params: { project, id },
      query: { dryRun: true },
      ifMatch: "1.42",
      body: { name: "a", spec: { gatewayClassName: "fairlead" } },
    });
    expect(seen[0]).toMatchObject({
      line: `PUT /v1/projects/${project}/gateways/${id}?dryRun=true`,
      headers: { authorization: "Bearer fl_tok_x", "if-match": '"1.42"', "content-type": "application/json" },
      body: '{"name":"a","spec":{"gatewayClassName":"fairlead"}}',
    });
  });

  test("204 gives undefined", async () => {
    answer = (_, response) => response.writeHead(204).end();
    expect(await client().tokens.delete({ params: { token: newId("tok") } })).toBeUndefined();
  });

  test("a path parameter cannot leave its segment", async () => {
    answer = json(200, {});
    await client().clusters.get({ params: { cluster: "../tokens?x" } });
    expect(seen[0]?.line).toBe("GET /v1/clusters/..%2Ftokens%3Fx");
  });

  test("listAll follows cursors to the end", async () => {
    answer = (request, response) => {
      const second = request.url?.includes("cursor=c1") === true;
      json(200, second ? { items: [{ name: "b" }], nextCursor: null } : { items: [{ name: "a" }], nextCursor: "c1" })(
        request,
        response,
      );
    };
    const names: string[] = [];
    for await (const one of listAll((cursor) => client().clusters.list({ query: { cursor } }))) names.push(one.name);
    expect(names).toEqual(["a", "b"]);
  });
});

describe("failures", () => {
  test("a problem comes back as the error it was made from, with Retry-After", async () => {
    const error = new MeshError("rate_limited", {
      public: "Too many requests.",
      fields: [{ field: "a", message: "b" }],
    });
    answer = (_, response) =>
      response
        .writeHead(429, { "content-type": PROBLEM_MEDIA_TYPE, "retry-after": "2" })
        .end(JSON.stringify(toProblem(error, "req_7")));
    const thrown = await failure(client().service.whoami());
    expect(thrown).toMatchObject({
      code: "rate_limited",
      public: "Too many requests.",
      fields: error.fields,
      retryAfterMs: 2_000,
    });
    expect(thrown.message).toBe("429 rate_limited: Too many requests. (request req_7)");
  });

  test("what is no problem document is told apart", async () => {
    answer = (_, response) => response.writeHead(502).end("<html>bad gateway</html>");
    const thrown = await failure(client().service.whoami());
    expect([thrown.code, thrown.public]).toEqual([
      "unavailable",
      `${baseUrl()} answered 502 without saying why; is it the Fairlead API?`,
    ]);
    expect(seen).toHaveLength(1);
  });

  test("a GET is tried again when the connection breaks, a write is not", async () => {
    answer = (request, response) => {
      if (request.method === "GET" && seen.length === 3) json(200, { items: [], nextCursor: null })(request, response);
      else request.socket.destroy();
    };
    expect(await client().clusters.list()).toEqual({ items: [], nextCursor: null });
    expect(seen).toHaveLength(3);
    const thrown = await failure(client().clusters.create({ body: { name: "a" } }));
    expect([thrown.code, seen.length]).toEqual(["unavailable", 4]);
  });

  test("nobody listening is `unavailable` and names the address", async () => {
    const thrown = await failure(createClient({ baseUrl: "http://127.0.0.1:1", attempts: 1 }).service.healthz());
    expect([thrown.code, thrown.public]).toEqual([
      "unavailable",
      expect.stringMatching(/^Cannot reach http:\/\/127\.0\.0\.1:1: /),
    ]);
  });

  test("an answer that does not come is `timeout`, and waitMs adds to the limit", async () => {
    answer = () => {};
    const thrown = await failure(client({ timeoutMs: 20 }).convergence.get({ query: { waitMs: 30 } }));
    expect([thrown.code, thrown.public]).toEqual(["timeout", `${baseUrl()} did not answer within 50 ms.`]);
  });

  test("the caller's signal wins", async () => {
    answer = () => {};
    const call = client().service.whoami({ signal: AbortSignal.timeout(20) });
    await expect(call).rejects.toThrow(/aborted|timeout/);
  });
});
