import type { HTTPRoute, RouteParentStatus } from "@fairlead/kubernetes-types";
import { describe, expect, test } from "vitest";
import type { RouteView } from "../route/routes.ts";
import { routeStatus } from "./route-status.ts";

const accepted = { status: "True", reason: "Accepted", message: "" } as const;
const view: RouteView = {
  parents: [{ index: 0, gateway: "default/web", controller: "ours", accepted, listeners: ["http"] }],
  resolvedRefs: { status: "True", reason: "ResolvedRefs", message: "" },
  unresolved: [],
};
const entry = (controllerName: string, name: string): RouteParentStatus => ({
  controllerName,
  parentRef: { name },
  conditions: [],
});

function route(parents: readonly RouteParentStatus[]): HTTPRoute {
  return {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: "r", namespace: "default", generation: 5 },
    spec: { parentRefs: [{ group: "gateway.networking.k8s.io", kind: "Gateway", name: "web" }] },
    status: { parents },
  };
}

describe("routeStatus", () => {
  const places = (parents: readonly RouteParentStatus[], seen: RouteView | undefined) =>
    routeStatus(route(parents), seen, { controllers: ["ours"], findings: [] }).parents.map(
      ({ controllerName, parentRef }) => `${controllerName} ${parentRef.name}`,
    );

  test("everyone keeps the place in the list; what is new comes last; what is gone of ours goes", () => {
    const before = [entry("ours", "gone"), entry("a", "web"), entry("ours", "web"), entry("b", "web")];
    expect(places(before, view)).toEqual(["a web", "ours web", "b web"]);
    expect(places([entry("a", "web")], view)).toEqual(["a web", "ours web"]);
    expect(places(before, undefined)).toEqual(["a web", "b web"]);
  });

  test("names field, value and reason of what the proxy would refuse, at a length people can read", () => {
    const findings = [
      { field: "spec.rules[0].matches[0].path.value", value: "/a(", reason: "is not an RE2 pattern" },
      {
        field: "spec.rules[1].filters[0].requestHeaderModifier.set[0].value",
        value: "x".repeat(9_000),
        reason: "is too long",
      },
    ];
    const { parents } = routeStatus(route([]), view, { controllers: ["ours"], findings });
    const programmed = parents[0]?.conditions?.find(({ type }) => type === "Programmed");
    expect(programmed).toMatchObject({ status: "False", reason: "ProxyRejected", observedGeneration: 5 });
    expect(programmed?.message).toMatch(
      /^spec\.rules\[0\]\.matches\[0\]\.path\.value: "\/a\(" is not an RE2 pattern; spec\.rules\[1\]/,
    );
    expect(programmed?.message.length).toBeLessThan(600);
  });
});
