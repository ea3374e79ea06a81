import { expect, test } from "vitest";
import { GarbageCollector } from "./garbage-collector.ts";
import { kindAt } from "./kind.ts";
import { ObjectStorage } from "./object-storage.ts";
import { ObjectWriter } from "./object-writer.ts";

const kind = kindAt("gateway.networking.k8s.io/v1", "httproutes");

// The work of an apply grows with the object, not with how many there are.
test("an apply takes as long among 5,000 objects as among 50", () => {
  const storage = new ObjectStorage({ historySize: 100, now: () => 0 });
  const writer = new ObjectWriter({
    storage,
    collector: new GarbageCollector({ storage, now: () => 0 }),
    now: () => 0,
  });
  const namespaces = kindAt("v1", "namespaces");
  if (kind === undefined || namespaces === undefined) throw new Error("kinds are missing");
  const options = {
    subresource: undefined,
    manager: "test",
    dryRun: false,
    fieldValidation: "Strict",
    force: false,
  } as const;
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" } };
  writer.create({ ...options, kind: namespaces, namespace: undefined, name: undefined }, namespace);
  const apply = (index: number, path: string) => {
    const name = `r${index}`;
    const rules = [{ matches: [{ path: { type: "Exact", value: path } }], backendRefs: [{ name: "b", port: 80 }] }];
    const route = {
      apiVersion: kind.apiVersion,
      kind: kind.kind,
      metadata: { name },
      spec: { hostnames: ["h"], rules },
    };
    writer.apply({ ...options, kind, namespace: "n", name }, route);
  };
  const medianMs = (label: string) => {
    const times = Array.from({ length: 300 }, (_, index) => {
      const began = performance.now();
      apply(index % 50, `/${label}/${index}`);
      return performance.now() - began;
    });
    return times.sort((a, b) => a - b)[150] ?? 0;
  };
  for (let index = 0; index < 50; index++) apply(index, "/");
  medianMs("warm");
  const few = medianMs("few");
  for (let index = 50; index < 5000; index++) apply(index, "/");
  const many = medianMs("many");
  expect(many).toBeLessThan(Math.max(3 * few, 1));
});
