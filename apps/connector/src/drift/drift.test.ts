import { describe, expect, test } from "vitest";
import { route } from "../testing/test-objects.ts";
import { describeDrift } from "./describe-drift.ts";
import { lostFields } from "./lost-fields.ts";
import { ReversalPace } from "./reversal-pace.ts";

const wanted = {
  ...route("r", "/wanted"),
  metadata: { name: "r", namespace: "default", annotations: { "fairlead.dev/intent": "rt_1" } },
};
const owned = {
  "f:metadata": { "f:annotations": { "f:fairlead.dev/intent": {} } },
  "f:spec": { "f:parentRefs": {}, "f:rules": {} },
};

describe("fields that are no longer ours", () => {
  test("are none when all that was applied is owned; lists that are owned whole are not looked into", () => {
    expect(lostFields(wanted, owned)).toEqual([]);
  });

  test("are those another manager took over or removed", () => {
    const left = { "f:metadata": { "f:annotations": { ".": {} } }, "f:spec": { "f:parentRefs": {} } };
    expect(lostFields(wanted, left)).toEqual(['metadata.annotations["fairlead.dev/intent"]', "spec.rules"]);
    expect(lostFields(wanted, undefined)).toEqual(["metadata", "spec"]);
  });

  test("are found inside lists that have keys, item by item", () => {
    const gateway = {
      spec: {
        listeners: [
          { name: "http", port: 80 },
          { name: "https", port: 443 },
        ],
      },
    };
    const set = {
      "f:spec": {
        "f:listeners": {
          'k:{"name":"http"}': { ".": {}, "f:name": {}, "f:port": {} },
          'k:{"name":"https"}': { ".": {}, "f:name": {} },
        },
      },
    };
    expect(lostFields(gateway, set)).toEqual(["spec.listeners[1].port"]);
  });

  test("are not what API servers keep no owner of", () => {
    const empty = { metadata: { labels: {} }, spec: { hostnames: [], rules: null } };
    expect(lostFields(empty, { "f:spec": {} })).toEqual([]);
  });
});

describe("a description of drift", () => {
  const live = {
    ...route("r", "/edited"),
    metadata: {
      ...wanted.metadata,
      annotations: { "fairlead.dev/intent": "rt_1", note: "theirs" },
      managedFields: [
        { manager: "fairlead", operation: "Apply", time: "2026-01-01T00:00:00Z", fieldsV1: owned },
        {
          manager: "kubectl-edit",
          operation: "Update",
          time: "2026-01-02T00:00:00Z",
          fieldsV1: { "f:spec": { "f:rules": {} } },
        },
      ],
    },
  } as const;

  test("names field, both values, and who wrote it last", () => {
    const after = { ...wanted, metadata: { ...wanted.metadata, annotations: live.metadata.annotations } };
    expect(describeDrift(live, after)).toEqual({
      fields: [
        {
          field: "spec.rules[0].matches[0].path.value",
          wanted: '"/wanted"',
          live: '"/edited"',
          manager: "kubectl-edit",
          operation: "Update",
          time: "2026-01-02T00:00:00Z",
        },
      ],
      moreFields: 0,
    });
  });

  test("tells what was removed, which belongs to nobody", () => {
    const { parentRefs: _, ...spec } = live.spec;
    const withoutParents = { ...live, spec };
    const { fields } = describeDrift(withoutParents, { ...live, status: { ignored: true } });
    expect(fields).toEqual([
      { field: "spec.parentRefs", wanted: '[{"name":"edge"}]', manager: "", operation: "", time: "" },
    ]);
  });

  test("is bounded in fields and in the length of values", () => {
    const annotations = Object.fromEntries(Array.from({ length: 80 }, (_, n) => [`a${n}`, "x".repeat(2000)]));
    const { fields, moreFields } = describeDrift({ ...live, metadata: { ...live.metadata, annotations } }, live);
    expect([fields.length, moreFields]).toEqual([50, 32]);
    expect(Math.max(...fields.map((field) => field.live?.length ?? 0))).toBeLessThan(520);
  });
});

describe("putting an object right", () => {
  test("is done at once five times a minute, and rarely after that, until it is left alone", () => {
    const pace = new ReversalPace();
    for (let n = 0; n < 5; n++) {
      expect(pace.look(n * 1000)).toEqual({ fighting: false, reversals: n });
      pace.reversed(n * 1000);
    }
    expect(pace.look(5_000)).toEqual({ fighting: true, reversals: 5, waitMs: 29_000 });
    expect(pace.look(34_000)).toMatchObject({ fighting: true, waitMs: 0 });
    pace.reversed(34_000);
    expect(pace.look(35_000)).toMatchObject({ fighting: true, waitMs: 59_000 });
    expect(pace.isQuiet(100_000)).toBe(false);
    expect(pace.isQuiet(200_000)).toBe(true);
    expect(pace.look(200_000)).toMatchObject({ fighting: false, reversals: 0 });
  });
});
