import { readFileSync } from "node:fs";
import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { expect, test } from "vitest";
import { trimFact } from "./trim-fact.ts";

const TESTDATA = `${import.meta.dirname}/testdata`;

test("of each object the mesh model's fields are left, of ours just age and addresses, of a Secret nothing", async () => {
  const objects: KubernetesObject[] = JSON.parse(readFileSync(`${TESTDATA}/cluster.in.json`, "utf8"));
  const trimmed = objects.map((object) => {
    const isOurs = object.metadata.annotations?.["fairlead.dev/intent"] !== undefined;
    return trimFact(object, isOurs) ?? `nothing of ${object.kind} ${object.metadata.name}`;
  });
  const text = `${JSON.stringify(trimmed, null, 2)}\n`;
  await expect(text).toMatchFileSnapshot(`${TESTDATA}/cluster.golden`);
  expect(text).not.toContain("c2VjcmV0");
});

test("of a slice with very many endpoints the first are told and the others counted", () => {
  const endpoints = Array.from({ length: 1_000 }, (_, n) => ({ addresses: [`10.0.${n >> 8}.${n & 255}`] }));
  const metadata = { name: "s", namespace: "n", labels: { "kubernetes.io/service-name": "s" } };
  const slice = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata, addressType: "IPv4", endpoints };
  const trimmed = trimFact(slice, false);
  expect(trimmed?.metadata.annotations).toEqual({ "fairlead.dev/endpoints-left-out": "750" });
  expect(JSON.stringify(trimmed).length).toBeLessThan(20_000);
});
