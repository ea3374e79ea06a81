import { describe, expect, test } from "vitest";
import { ClusterObjects } from "./cluster-objects.ts";

const gateway = "gateway.networking.k8s.io/Gateway/default/web";
const body = (spec: object | undefined, more: object = {}) =>
  JSON.stringify({
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "Gateway",
    metadata: { name: "web", namespace: "default", ...more },
    ...(spec && { spec }),
  });

describe("the objects of a cluster", () => {
  test("of an object of ours the cluster adds age and status, and the bundle keeps the spec", () => {
    const objects = new ClusterObjects();
    const seen = { ...JSON.parse(body(undefined, { creationTimestamp: "2026-01-01T00:00:00Z" })) };
    const fact = JSON.stringify({ ...seen, status: { addresses: [{ value: "10.0.0.1" }] } });
    objects.apply(
      [{ key: gateway, body: body({ gatewayClassName: "fairlead" }) }],
      [{ key: gateway, body: fact }],
      true,
    );
    expect(objects.objects.get(gateway)).toMatchObject({
      metadata: { name: "web", creationTimestamp: "2026-01-01T00:00:00Z" },
      spec: { gatewayClassName: "fairlead" },
      status: { addresses: [{ value: "10.0.0.1" }] },
    });
    const [change] = objects.apply([{ key: gateway, body: undefined }], [], true);
    expect(change).toEqual({ key: gateway, object: undefined });
  });

  test("a foreign object in the place of one of ours is what serves", () => {
    const objects = new ClusterObjects();
    objects.apply([{ key: gateway, body: body({ gatewayClassName: "fairlead" }) }], [], true);
    const [change] = objects.apply([], [{ key: gateway, body: body({ gatewayClassName: "other" }) }], true);
    expect(change?.object).toMatchObject({ spec: { gatewayClassName: "other" } });
    const [back] = objects.apply([], [{ key: gateway, body: undefined }], true);
    expect(back?.object).toMatchObject({ spec: { gatewayClassName: "fairlead" } });
  });

  test("a cluster that has told nothing has the classes it will have; one that has told has what it told", () => {
    const objects = new ClusterObjects();
    const names = () => [...objects.objects.values()].map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    objects.apply([], [], false);
    expect(names()).toEqual([
      "GatewayClass cilium",
      "GatewayClass fairlead",
      "IngressClass cilium",
      "IngressClass fairlead",
    ]);
    objects.apply([], [], true);
    expect(names()).toEqual([]);
  });
});
