import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AddressBook } from "./address-book.ts";
import { parsePool } from "./pool.ts";

function book(range: string): AddressBook {
  const pool = parsePool(range);
  if (pool === undefined) throw new Error(`not a range: ${range}`);
  return new AddressBook(pool);
}

describe("parsePool", () => {
  test.each([
    ["127.77.0.0/24", { first: 0x7f4d0001, last: 0x7f4d00fe }],
    ["127.77.0.9/30", { first: 0x7f4d0009, last: 0x7f4d000a }],
    ["10.0.0.0/31", { first: 0x0a000000, last: 0x0a000001 }],
    ["255.255.255.255/32", { first: 0xffffffff, last: 0xffffffff }],
    ["0.0.0.0/0", { first: 1, last: 0xfffffffe }],
    ["127.77.0.0", undefined],
    ["127.77.0.0/33", undefined],
    ["127.77.0.256/24", undefined],
    ["fd00::/64", undefined],
  ])("%s", (text, pool) => {
    expect(parsePool(text)).toEqual(pool);
  });
});

const owner = fc.constantFrom("a", "b", "c", "d", "e");
const address = fc.constantFrom(
  "127.77.0.1",
  "127.77.0.2",
  "127.77.0.3",
  "127.77.0.4",
  "127.77.0.6",
  "127.77.0.7",
  "10.0.0.1",
);
const step = fc.oneof(
  fc.record({
    do: fc.constant("assign" as const),
    owner,
    requested: fc.array(address, { maxLength: 2 }),
    preferred: fc.array(address, { maxLength: 2 }),
  }),
  fc.record({ do: fc.constant("observe" as const), owner, recorded: fc.array(address, { maxLength: 2 }) }),
  fc.record({ do: fc.constant("forget" as const), owner }),
);

describe("AddressBook", () => {
  test("never gives one address to two owners, keeps what it gave, and stays in its pool", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const subject = book("127.77.0.0/29");
        const given = new Map<string, readonly string[]>();
        for (const one of steps) {
          if (one.do === "forget") {
            subject.forget(one.owner);
            given.delete(one.owner);
          } else if (one.do === "observe") {
            subject.observe(one.owner, one.recorded);
          } else {
            const before = given.get(one.owner)?.[0];
            const { addresses, problem } = subject.assign(one.owner, one);
            if (one.requested.length === 0) {
              expect(addresses).toHaveLength(problem === undefined ? 1 : 0);
              if (before !== undefined) expect(addresses).toEqual([before]);
            } else {
              const all = [...new Set(one.requested)];
              expect(all.filter((text) => addresses.includes(text))).toEqual(addresses);
              expect(problem === undefined).toBe(addresses.length === all.length);
            }
            given.set(one.owner, addresses);
          }
          const all = [...given.values()].flat();
          expect(new Set(all).size).toBe(all.length);
          for (const [name, held] of given) for (const one of held) expect(subject.ownerOf(one)).toBe(name);
          for (const held of all) expect(held).toMatch(/^127\.77\.0\.[1-6]$/);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a new book that observes what was recorded gives the same addresses", () => {
    fc.assert(
      fc.property(fc.uniqueArray(owner), fc.uniqueArray(owner), (first, second) => {
        const before = book("127.77.0.0/29");
        const given = new Map(first.map((name) => [name, before.assign(name).addresses]));
        const after = book("127.77.0.0/29");
        for (const [name, held] of given) after.observe(name, held);
        for (const name of second) {
          const held = given.get(name);
          const now = after.assign(name).addresses;
          if (held !== undefined) expect(now).toEqual(held);
          else expect([...given.values()].flat()).not.toContain(now[0]);
        }
      }),
    );
  });

  test("says what is in the way", () => {
    const subject = book("127.77.0.0/30");
    expect(subject.assign("a", { requested: ["127.77.0.2"] })).toEqual({ addresses: ["127.77.0.2"] });
    expect(subject.assign("b", { requested: ["127.77.0.2"] }).problem).toEqual({
      reason: "already_allocated",
      message: "The IP '127.77.0.2' is already allocated to another service",
    });
    expect(subject.assign("b", { requested: ["10.0.0.1"] }).problem?.message).toBe(
      "No pool exists with a CIDR containing '10.0.0.1'",
    );
    expect(subject.assign("b", { preferred: ["127.77.0.2"] })).toEqual({ addresses: ["127.77.0.1"] });
    expect(subject.assign("c").problem?.reason).toBe("out_of_ips");
    expect(subject.assign("b", { requested: ["127.77.0.1", "127.77.0.2"] })).toMatchObject({
      addresses: ["127.77.0.1"],
      problem: { reason: "already_allocated" },
    });
    subject.forget("a");
    expect(subject.assign("c")).toEqual({ addresses: ["127.77.0.2"] });
  });
});
