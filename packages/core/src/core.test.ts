import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { fullJitter, retry } from "./backoff.ts";
import { type Clock, systemClock } from "./clock.ts";
import { readConfig, secretString } from "./config.ts";
import { MeshError } from "./errors.ts";
import { compareRevisions, formatRevision, parseRevision } from "./revision.ts";
import { Secret } from "./secret.ts";

describe("a secret", () => {
  const secret = new Secret("hunter2");

  test.each([
    ["a template", `${secret}`],
    ["JSON", JSON.stringify({ secret })],
    ["inspect", inspect({ deep: { secret } }, { depth: 5, showHidden: true })],
    ["joining", [secret].join()],
  ])("is not shown by %s", (_name, text) => {
    expect(text).toContain("[redacted]");
    expect(text).not.toContain("hunter2");
  });

  test("is had by asking for it", () => expect(secret.reveal()).toBe("hunter2"));
});

describe("back-off", () => {
  test.each([
    [0, 0.5, 50],
    [1, 0.5, 100],
    [5, 0.999, 999],
    [60, 0.999, 999],
    [3, 0, 0],
  ])("try %i at %f waits %i ms", (attempt, random, expected) => {
    expect(fullJitter(attempt, { baseMs: 100, maxMs: 1_000 }, () => random)).toBe(expected);
  });

  const clock: Clock = { now: () => 0, sleep: () => Promise.resolve() };
  const options = { baseMs: 1, maxMs: 2, attempts: 3, clock };

  test("tries until it succeeds", async () => {
    expect(
      await retry(options, async (attempt) => (attempt < 2 ? Promise.reject(new Error("not yet")) : attempt)),
    ).toBe(2);
  });

  test("throws the last error when it is out of tries", async () => {
    await expect(retry(options, (attempt) => Promise.reject(new Error(`try ${attempt}`)))).rejects.toThrow("try 2");
  });

  test("does not try again what cannot succeed", async () => {
    let tries = 0;
    const work = () => {
      tries++;
      return Promise.reject(new Error("no"));
    };
    await expect(retry({ ...options, retryable: () => false }, work)).rejects.toThrow("no");
    expect(tries).toBe(1);
  });

  test("a sleep ends when it is aborted", async () => {
    const abort = new AbortController();
    const sleep = systemClock.sleep(60_000, abort.signal);
    abort.abort(new Error("enough"));
    await expect(sleep).rejects.toThrow("enough");
  });
});

describe("a revision", () => {
  test("is ordered by epoch before its number", () => {
    expect(compareRevisions({ epoch: 2, n: 1 }, { epoch: 1, n: 99 })).toBeGreaterThan(0);
    expect(compareRevisions({ epoch: 1, n: 3 }, { epoch: 1, n: 4 })).toBeLessThan(0);
    expect(compareRevisions({ epoch: 1, n: 3 }, { epoch: 1, n: 3 })).toBe(0);
  });

  test("is written and read as epoch.n", () => {
    expect(formatRevision({ epoch: 3, n: 14 })).toBe("3.14");
    expect(parseRevision("3.14")).toEqual({ epoch: 3, n: 14 });
  });

  test.each(["", "3", "3.", ".4", "3.1.4", "-1.2", "1.2 ", "a.b", "1.9999999999999999"])(
    "is not read from %j",
    (text) => {
      expect(parseRevision(text)).toBeUndefined();
    },
  );
});

describe("configuration", () => {
  const schema = z.object({ PORT: z.coerce.number().int().min(1), TOKEN: secretString, NAME: z.string().default("x") });

  test("is read once, with defaults, and an empty variable is an absent one", () => {
    const config = readConfig(schema, { PORT: "80", TOKEN: "t", NAME: "" });
    expect(config).toMatchObject({ PORT: 80, NAME: "x" });
    expect(config.TOKEN.reveal()).toBe("t");
  });

  test("names every variable that is missing or wrong", () => {
    expect(() => readConfig(schema, { PORT: "0" })).toThrow(/PORT: .*; TOKEN: /);
  });
});

describe("an error", () => {
  test("passes through unchanged when it is one of ours", () => {
    const error = new MeshError("not_found", { public: "There is no gateway web." });
    expect(MeshError.from(error)).toBe(error);
  });

  test("of any other kind becomes internal, and its text stays inside", () => {
    const error = MeshError.from(new Error("connect ECONNREFUSED 10.0.0.1:5432"));
    expect(error).toMatchObject({ code: "internal", message: "connect ECONNREFUSED 10.0.0.1:5432" });
    expect(error.public).not.toContain("10.0.0.1");
  });
});
