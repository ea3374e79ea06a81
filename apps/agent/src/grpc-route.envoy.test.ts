import { Code, ConnectError } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import type { GRPCRoute, GRPCRouteRule } from "@fairlead/kubernetes-types";
import { freePort } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chat, type GrpcEcho, grpcEcho, say, shout, text, textOf } from "./testing/grpc-echo.ts";
import { get } from "./testing/http.ts";
import { gateway, gatewayClass, present, service } from "./testing/objects.ts";
import { TestNode } from "./testing/test-node.ts";

const soon = { timeout: 20_000, interval: 20 };
const KEY = "gateway.networking.k8s.io/GRPCRoute/default/calls";
let node: TestNode;
let a: GrpcEcho;
let b: GrpcEcho;
let port = 0;
let generation = 0;

beforeAll(async () => {
  [node, a, b, port] = await Promise.all([TestNode.create(), grpcEcho("a"), grpcEcho("b"), freePort()]);
  const services = [...service("a", a.port), ...service("b", b.port)];
  node.apply(...present(gatewayClass(), gateway("gw", port), ...services));
  await node.serve();
  await node.envoy();
});

afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
  await a?.[Symbol.asyncDispose]();
  await b?.[Symbol.asyncDispose]();
});

/** Puts the rules in force. */
async function serve(...rules: readonly GRPCRouteRule[]): Promise<void> {
  put(rules);
  // A backend that is missing is reported, while the rest is in force.
  await expect.poll(() => node.state(KEY), soon).toMatch(/^proxied$|BackendNotFound$/);
  // An acknowledged route is in force on every worker a moment later.
  await new Promise((resolve) => setTimeout(resolve, 100));
}

function put(rules: readonly GRPCRouteRule[]): void {
  const route: GRPCRoute = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "GRPCRoute",
    metadata: { name: "calls", namespace: "default", uid: "calls", generation: ++generation },
    spec: { parentRefs: [{ name: "gw" }], rules },
  };
  node.apply(...present(route));
}

function to(...names: readonly string[]): NonNullable<GRPCRouteRule["backendRefs"]> {
  return names.map((name) => ({ name, port: 80 }));
}

function transport() {
  return createGrpcTransport({ baseUrl: `http://127.0.0.1:${port}` });
}

/** The answer to a call, or the status it ends with. */
async function call(words: string, headers: Record<string, string> = {}, method = say) {
  try {
    const answer = await transport().unary(method, undefined, 10_000, headers, text(words));
    return { said: textOf(answer.message), header: answer.header, trailer: answer.trailer };
  } catch (error) {
    const { code, rawMessage, metadata } = ConnectError.from(error);
    return { code: Code[code], message: rawMessage, metadata };
  }
}

test("a call goes to the backend of its service and method; headers and trailers come back", async () => {
  await serve(
    { matches: [{ method: { service: "test.Echo", method: "Say" } }], backendRefs: to("a") },
    { matches: [{ method: { service: "test.Echo", method: "Shout" } }], backendRefs: to("b") },
  );
  const { said, header, trailer } = await call("hello");
  expect([said, header?.get("x-backend"), trailer?.get("x-trailer")]).toEqual(["a: hello", "a", "after hello"]);
  expect((await call("hello", {}, shout)).said).toBe("b: hello");
});

test("a backend's own error arrives as it was meant", async () => {
  await serve({ backendRefs: to("a") });
  const { code, message, metadata } = await call("fail");
  expect([code, message, metadata?.get("x-why")]).toEqual(["FailedPrecondition", "told to", "test"]);
});

test("what no rule matches is UNIMPLEMENTED; what has no valid backend is UNAVAILABLE", async () => {
  await serve(
    { matches: [{ method: { service: "test.Echo", method: "Say" } }], backendRefs: to("gone") },
    { matches: [{ method: { service: "test.Other" } }], backendRefs: to("a") },
  );
  expect((await call("x")).code).toBe("Unavailable");
  expect((await call("x", {}, shout)).code).toBe("Unimplemented");
});

test("the share of a backend that is not valid is UNAVAILABLE", async () => {
  await serve({ backendRefs: to("a", "gone") });
  const outcomes = await Promise.all(Array.from({ length: 60 }, () => call("x")));
  const failed = outcomes.filter(({ code }) => code === "Unavailable").length;
  expect(failed + outcomes.filter(({ said }) => said === "a: x").length).toBe(60);
  expect(failed).toBeGreaterThan(10);
  expect(failed).toBeLessThan(50);
});

test("messages stream both ways while the call is open", async () => {
  await serve({ matches: [{ method: { type: "RegularExpression", service: "test\\..*" } }], backendRefs: to("b") });
  const waiting: ((words: string | undefined) => void)[] = [];
  async function* mine() {
    for (;;) {
      const words = await new Promise<string | undefined>((resolve) => waiting.push(resolve));
      if (words === undefined) return;
      yield text(words);
    }
  }
  const tell = async (words?: string) => {
    await expect.poll(() => waiting.length, soon).toBeGreaterThan(0);
    waiting.shift()?.(words);
  };
  const opened = transport().stream(chat, undefined, 20_000, {}, mine());
  await tell("one");
  const answer = await opened;
  const answers = answer.message[Symbol.asyncIterator]();
  const next = async () => textOf((await answers.next()).value);
  expect(await next()).toBe("b: one");
  await tell("two");
  expect(await next()).toBe("b: two");
  await tell();
  expect((await answers.next()).done).toBe(true);
  expect(answer.trailer.get("x-trailer")).toBe("said all");
});

test("headers choose the rule, and filters edit what is sent", async () => {
  await serve(
    {
      matches: [{ headers: [{ name: "version", value: "two" }] }],
      filters: [{ type: "RequestHeaderModifier", requestHeaderModifier: { set: [{ name: "X-Set", value: "yes" }] } }],
      backendRefs: to("b"),
    },
    { backendRefs: to("a") },
  );
  const { said, header } = await call("hi", { version: "two" });
  expect([said, header?.get("x-seen")]).toEqual(["b: hi", "yes"]);
  expect((await call("hi", { version: "three" })).said).toBe("a: hi");
});

test("a request that is not gRPC is not for a GRPCRoute", async () => {
  await serve({ backendRefs: to("a") });
  expect(await get(port, "a.test", "/test.Echo/Say")).toBe("404");
});

test("a pattern Envoy would refuse is rejected by its field, and the last good form goes on", async () => {
  await serve({ backendRefs: to("a") });
  put([{ matches: [{ method: { type: "RegularExpression", service: "a(" } }], backendRefs: to("b") }]);
  expect(node.state(KEY)).toMatch(/^rejected: spec\.rules\[0\]\.matches\[0\]\.method /);
  expect((await call("still")).said).toBe("a: still");
});
