import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { describe, expect, test } from "vitest";
import { indexObjects } from "../index-objects.ts";
import { controllerClasses } from "../settings.ts";
import { assumeMissing } from "./assume-missing.ts";
import { matchRequest } from "./match-request.ts";
import type { MatchRequest } from "./request.ts";

type Draft = KubernetesObject & Record<string, unknown>;

function gateway(name: string, listeners: readonly object[]): Draft {
  const spec = { gatewayClassName: "fairlead", listeners };
  return { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", metadata: { name, namespace: "a" }, spec };
}

function httpRoute(name: string, parent: string, hostnames: readonly string[], rules: readonly object[]): Draft {
  const spec = { parentRefs: [{ name: parent }], hostnames, rules };
  return { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", metadata: { name, namespace: "a" }, spec };
}

const to = (name: string) => ({ backendRefs: [{ name, port: 80 }] });

const objects = [
  gateway("one", [
    { name: "any", port: 80, protocol: "HTTP" },
    { name: "wild", port: 80, protocol: "HTTP", hostname: "*.w.test" },
  ]),
  gateway("two", [{ name: "http", port: 80, protocol: "HTTP" }]),
  httpRoute(
    "shop",
    "one",
    ["shop.test"],
    [
      { matches: [{ path: { value: "/cart" }, headers: [{ name: "x-a", value: "1" }] }], ...to("canary") },
      { matches: [{ path: { value: "/cart" } }], ...to("cart") },
      { matches: [{ path: { type: "RegularExpression", value: "/[a" } }], ...to("cart") },
    ],
  ),
  httpRoute("wild", "one", ["*.w.test"], [to("wild")]),
  httpRoute("other", "two", ["shop.test", "other.test"], [to("other")]),
];
const index = indexObjects({ classes: controllerClasses() }, assumeMissing(objects).objects);
const model = index.model();

function ask(parts: Partial<MatchRequest>) {
  const request: MatchRequest = { scheme: "http", host: "shop.test", path: "/", method: "GET", headers: [], ...parts };
  return matchRequest(model, request, { gateway: (id) => index.gateway(id)?.shape, endpoints: "assumed" });
}

describe("which of several Gateways is meant", () => {
  test("the one that is named", () => {
    expect(ask({ gateway: "a/two" }).listener).toMatchObject({ gateway: "a/two", name: "http" });
  });

  test("the one that alone knows the host", () => {
    expect(ask({ host: "other.test" }).listener?.gateway).toBe("a/two");
    expect(ask({ host: "x.w.test" }).listener).toMatchObject({ gateway: "a/one", name: "wild" });
  });

  test("none, when several know it: the answer says which to choose from", () => {
    expect(ask({}).outcome).toEqual({
      type: "unreachable",
      message: "port 80 is served by Gateway a/one, Gateway a/two; say which one is meant",
    });
  });

  test.each([
    [{ gateway: "a/none" }, "Gateway a/none serves nothing at port 80"],
    [{ gateway: "a/one", listener: "none" }, "Gateway a/one has no listener none"],
    [{ port: 81 }, "nothing listens at port 81"],
    [{ gateway: "a/one", port: 80, scheme: "https" as const }, "192.0.2.2:80 speaks plain HTTP; a TLS handshake fails"],
  ])("%j", (parts, message) => expect(ask(parts).outcome).toEqual({ type: "unreachable", message }));
});

test("the reasons name, in order, the host, what lost and by what, what won, and what would be next", () => {
  const { why } = ask({ gateway: "a/one", path: "/x/../cart", headers: [{ name: "X-A", value: "1" }] });
  expect(why).toEqual([
    "Gateway a/one listens at 192.0.2.2, port 80",
    "path /x/../cart is read as /cart",
    "host shop.test has routes of its own",
    "HTTPRoute a/shop spec.rules[2].matches[0]: path /cart is not like /[a",
    'HTTPRoute a/shop spec.rules[0].matches[0] matches: path /cart or below it, header x-a = "1"',
    "without it, HTTPRoute a/shop spec.rules[1].matches[0] would be next: path /cart or below it",
  ]);
  expect(ask({ gateway: "a/one", path: "/cartoon" }).why.slice(2)).toEqual([
    "HTTPRoute a/shop spec.rules[2].matches[0]: path /cartoon is not like /[a",
    "HTTPRoute a/shop spec.rules[0].matches[0]: path /cartoon is not /cart or below it",
    "HTTPRoute a/shop spec.rules[1].matches[0]: path /cartoon is not /cart or below it",
    "no route matches",
  ]);
});

test("a host finds its table without case, port and a dot at the end; no table is a 404", () => {
  for (const host of ["Shop.Test", "shop.test:80", "shop.test.", "shop.test.:8080"]) {
    expect(ask({ gateway: "a/one", host, path: "/cart" }).host).toBe("shop.test");
  }
  expect(ask({ gateway: "a/one", host: "nobody.test" }).outcome).toMatchObject({ status: 404 });
});
