import { describe, expect, test } from "vitest";
import { ID_KINDS, idFromUuid, idKind, idSchema, isId, newId, uuidFromId } from "./ids.ts";

describe("ids", () => {
  test("an id and its UUID are two forms of one thing", () => {
    const id = idFromUuid("gw", "01A207A2-B5D6-7EB2-A78B-113157D607B3");
    expect(id).toBe("gw_01m83t5depftsaf2rh65bxc1xk");
    expect(uuidFromId(id)).toBe("01a207a2-b5d6-7eb2-a78b-113157d607b3");
  });

  test("extremes survive both ways", () => {
    for (const uuid of ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"]) {
      expect(uuidFromId(idFromUuid("rt", uuid))).toBe(uuid);
    }
  });

  test("later ids sort later and are UUIDs of version 7", () => {
    const [first, second] = [newId("clu", 1_700_000_000_000), newId("clu", 1_700_000_000_001)];
    expect(first < second).toBe(true);
    expect(uuidFromId(first)).toMatch(/^018bcfe5-6800-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test("the schema takes every fresh id of its kind and nothing else", () => {
    for (const kind of ["org", "prj", "clu", "jt", "tok", "gw", "rt", "grt", "ing"] as const) {
      expect(idSchema(kind).parse(newId(kind))).toMatch(new RegExp(`^${kind}_`));
      expect(idKind(newId(kind))).toBe(kind);
    }
    expect(Object.keys(ID_KINDS)).toHaveLength(9);
    const gateway = newId("gw");
    for (const text of [
      newId("rt"),
      gateway.slice(3),
      `${gateway}0`,
      gateway.toUpperCase(),
      "gw_",
      "",
      `gw_8${gateway.slice(4)}`,
    ]) {
      expect(idSchema("gw").safeParse(text).success).toBe(false);
      expect(isId("gw", text)).toBe(false);
    }
  });

  test("what is no UUID is refused", () => {
    expect(() => idFromUuid("gw", "1234")).toThrow("not a UUID: 1234");
  });
});
