import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changedFields, difference, type FieldSet, fieldsOf, union, without } from "./field-set.ts";
import { kindAt } from "./kind.ts";
import { applyFields, trackUpdate } from "./managed-fields.ts";
import type { ServedObject } from "./served-object.ts";

const configMaps = kindAt("v1", "configmaps");
const services = kindAt("v1", "services");
if (configMaps === undefined || services === undefined) throw new Error("kinds are missing");
const kind = configMaps;

const object = (data: Readonly<Record<string, string>>): ServedObject => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { namespace: "n", name: "c" },
  ...(Object.keys(data).length === 0 ? {} : { data }),
});

const writer = (manager: string, operation: "Apply" | "Update" = "Apply") =>
  ({ manager, operation, subresource: undefined, time: "1970-01-01T00:00:00Z" }) as const;

describe("server-side apply", () => {
  test("after any sequence of applies the object is the union of what each manager applied last", () => {
    const values = fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e"), fc.constantFrom("1", "2"), {
      maxKeys: 4,
      noNullPrototype: true,
    });
    const step = fc.record({ manager: fc.constantFrom("m1", "m2", "m3"), data: values });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let live = object({});
        const last = new Map<string, Map<string, string>>();
        for (const { manager, data } of steps) {
          live = applyFields(live, object(data), kind, writer(manager), true);
          // Forced: a value that differs is taken away from whoever had it.
          for (const [other, fields] of last) {
            if (other === manager) continue;
            for (const [name, value] of Object.entries(data)) if (fields.get(name) !== value) fields.delete(name);
          }
          last.set(manager, new Map(Object.entries(data)));
        }
        const expected = Object.fromEntries([...last.values()].flatMap((fields) => [...fields]));
        expect(live.data ?? {}).toEqual(expected);
        const owners = (live.metadata.managedFields ?? []).map((entry) => entry.manager).sort();
        expect(owners).toEqual(
          [...last]
            .filter(([, fields]) => fields.size > 0)
            .map(([manager]) => manager)
            .sort(),
        );
      }),
    );
  });

  test("applying the same again changes nothing at all", () => {
    const once = applyFields(object({}), object({ a: "1" }), kind, writer("m"), false);
    const twice = applyFields(once, object({ a: "1" }), kind, { ...writer("m"), time: "2000-01-01T00:00:00Z" }, false);
    expect(twice).toEqual(once);
  });

  test("an update owns what it changed, and nothing else", () => {
    const applied = applyFields(object({}), object({ a: "1", b: "1" }), kind, writer("m"), false);
    const updated = trackUpdate(applied, { ...applied, data: { a: "2", b: "1" } }, kind, writer("u", "Update"));
    expect(updated.metadata.managedFields?.map((entry) => [entry.manager, entry.fieldsV1])).toEqual([
      ["m", { "f:data": { "f:b": {} } }],
      ["u", { "f:data": { "f:a": {} } }],
    ]);
  });

  test("list items are told apart by their keys, with the schema's default for one left out", () => {
    const ports = [
      { port: 80, name: "a" },
      { port: 80, protocol: "UDP" },
    ];
    expect(fieldsOf({ spec: { ports } }, services.schema)).toEqual({
      "f:spec": {
        "f:ports": {
          'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:port": {}, "f:name": {} },
          'k:{"port":80,"protocol":"UDP"}': { ".": {}, "f:port": {}, "f:protocol": {} },
        },
      },
    });
  });
});

describe("field sets", () => {
  const json = fc.letrec<{ value: unknown; record: Record<string, unknown> }>((tie) => ({
    value: fc.oneof({ depthSize: "small" }, fc.constantFrom<unknown>("x", "y", 1), tie("record")),
    record: fc.dictionary(fc.constantFrom("a", "b", "c"), tie("value"), { maxKeys: 3, noNullPrototype: true }),
  })).record;

  test("what is in a set and its rest make up the whole", () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const [x, y] = [fieldsOf(a, undefined), fieldsOf(b, undefined)];
        const rest: FieldSet = difference(x, y) ?? { none: {} };
        expect(difference(x, union(rest, y))).toBeUndefined();
        expect(difference(x, x)).toBeUndefined();
      }),
    );
  });

  test("between two values, what changed and what went is found; the same values differ in nothing", () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(changedFields(a, structuredClone(a), undefined)).toEqual({});
        const { set, removed } = changedFields({ ...a, z: 1 }, { ...b, z: 1 }, undefined);
        expect(set === undefined && removed === undefined).toBe(
          JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)),
        );
      }),
    );
  });

  test("a value without its own fields is empty", () => {
    fc.assert(
      fc.property(json, (value) => {
        fc.pre(Object.keys(value).length > 0);
        expect(without({ ...value }, fieldsOf(value, undefined), undefined)).toBeUndefined();
      }),
    );
  });
});

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => [name, sorted(item)]);
}
