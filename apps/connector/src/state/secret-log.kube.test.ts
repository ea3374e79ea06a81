import { randomBytes, randomUUID } from "node:crypto";
import { type Log, silentLog, systemClock } from "@fairlead/core";
import { resources } from "@fairlead/kubernetes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { API_SERVERS } from "../testing/api-servers.ts";
import { FailingSecrets } from "../testing/failing-secrets.ts";
import { entryOf, held, someBatches, statesAfter } from "../testing/state-objects.ts";
import type { TestApiServer } from "../testing/test-connector.ts";
import type { SecretClient } from "./secret-file.ts";
import { SECRET_LIMITS } from "./secret-limits.ts";
import { SecretLog, type SecretLogOptions } from "./secret-log.ts";
import type { Stored } from "./state-log.ts";

/** So small that a few changes fill a log and a snapshot has several pieces. */
const limits = { secretBytes: 6_000, secretsPerHalf: 6, minLogBytes: 1_200 };
const TEXTS = Array.from({ length: 16 }, () => randomBytes(400).toString("hex"));
const batches = someBatches(14, (n) => TEXTS[n] ?? "");
const states = statesAfter(batches);

describe.each(API_SERVERS)("state in Secrets of $title", ({ start, skipped }) => {
  describe.skipIf(skipped)("", () => {
    let api: TestApiServer;

    beforeAll(async () => {
      api = await start();
    }, 90_000);
    afterAll(() => api?.[Symbol.asyncDispose]());

    /** A namespace nobody used before. */
    async function place(): Promise<string> {
      const name = `state-${randomUUID()}`;
      await api.client.create(resources.namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
      return name;
    }

    function open(namespace: string, client: SecretClient = api.client, change: Partial<SecretLogOptions> = {}) {
      return SecretLog.open({
        client,
        namespace,
        writer: randomUUID(),
        log: silentLog,
        clock: systemClock,
        rng: () => 0,
        signal: new AbortController().signal,
        onLost: () => {},
        limits,
        ...change,
      });
    }

    /** Writes the batches one after the other; how many are durable. */
    async function writeAll(client: SecretClient, namespace: string, counted: { durable: number }): Promise<void> {
      await using log = await open(namespace, client);
      for (const batch of batches) {
        await log.write(batch);
        counted.durable += 1;
      }
    }

    async function reopened(namespace: string): Promise<Record<string, Stored>> {
      await using log = await open(namespace);
      return held(log);
    }

    test("keeps what it is given", async () => {
      const namespace = await place();
      const client = new FailingSecrets(api.client);
      await writeAll(client, namespace, { durable: 0 });
      expect(await reopened(namespace)).toEqual(states.at(-1));
      const written = new Set(client.requests.filter((request) => !request.startsWith("get")));
      // Both halves were used.
      expect([...written]).toEqual(expect.arrayContaining(["create fairlead-bundle-1", "create fairlead-bundle-7"]));
    });

    // Never a mixture, and nothing acknowledged is lost: whatever is read was the state after a whole batch.
    test("killed at any request, before or after it is carried out, it is read as it was or as it became", async () => {
      const whole = new FailingSecrets(api.client);
      await writeAll(whole, await place(), { durable: 0 });
      await everywhere(whole.requests, 1, async (at) => {
        for (const fate of ["killed before", "killed after"] as const) {
          const namespace = await place();
          const client = new FailingSecrets(api.client, at, fate);
          const counted = { durable: 0 };
          await Promise.race([client.killed, writeAll(client, namespace, counted)]);
          await using log = await open(namespace);
          const where = `${fate} request ${at}, ${whole.requests[at - 1]}`;
          expect([states[counted.durable], states[counted.durable + 1]], where).toContainEqual(held(log));
          for (const batch of batches.slice(counted.durable)) await log.write(batch);
          expect(await reopened(namespace), where).toEqual(states.at(-1));
        }
      });
    }, 120_000);

    test("an answer that is lost is no conflict, wherever it happens", async () => {
      const whole = new FailingSecrets(api.client);
      await writeAll(whole, await place(), { durable: 0 });
      await everywhere(whole.requests, 1, async (at) => {
        const namespace = await place();
        await writeAll(new FailingSecrets(api.client, at, "answer lost"), namespace, { durable: 0 });
        expect(await reopened(namespace), whole.requests[at - 1]).toEqual(states.at(-1));
      });
    }, 60_000);

    test("one that was asleep while another took over writes nothing, wherever it wakes up", async () => {
      const whole = new FailingSecrets(api.client);
      await writeAll(whole, await place(), { durable: 0 });
      // By the third request it has claimed the state.
      await everywhere(whole.requests, 3, async (at) => {
        const namespace = await place();
        const sleep = Promise.withResolvers<void>();
        const sleeper = new FailingSecrets(api.client, at, sleep.promise);
        let lost = 0;
        const asleep = (async () => {
          await using log = await open(namespace, sleeper, { onLost: () => (lost += 1) });
          for (const batch of batches) await log.write(batch);
        })().catch((error: unknown) => error);
        while (sleeper.requests.length < at) await new Promise((resolve) => setImmediate(resolve));
        await using log = await open(namespace);
        for (const batch of batches) await log.write(batch);
        sleep.resolve();
        expect(await asleep, whole.requests[at - 1]).toMatchObject({ code: "revision_mismatch" });
        expect(lost).toBe(1);
        expect(await reopened(namespace)).toEqual(states.at(-1));
      });
    }, 120_000);

    test("one change is one update, and a burst is one more", async () => {
      const namespace = await place();
      const client = new FailingSecrets(api.client);
      await using log = await open(namespace, client, { limits: { ...limits, minLogBytes: 5_000 } });
      await log.write([entryOf("first", 1)]);
      const before = client.requests.length;
      await log.write([entryOf("second", 2)]);
      expect(client.requests.slice(before)).toEqual(["update fairlead-bundle-0"]);
      await Promise.all(Array.from({ length: 40 }, (_, n) => log.write([entryOf("many", n)])));
      expect(client.requests.slice(before)).toHaveLength(2);
    });

    test("a label that somebody puts on a Secret changes nothing", async () => {
      const namespace = await place();
      await using log = await open(namespace);
      await log.write(batches[0] ?? []);
      const labels = { metadata: { labels: { team: "mesh" } } };
      await api.client.patch(resources.secrets, { namespace, name: "fairlead-bundle-0" }, labels);
      await log.write(batches[1] ?? []);
      expect(await reopened(namespace)).toEqual(states[2]);
    });

    test.each([
      ["a head", "fairlead-bundle-0", { head: "e30=" }],
      ["a log", "fairlead-bundle-0", { log: "AAAA" }],
      ["a head without its checksum", "fairlead-bundle-0", { sha256: null }],
      ["a piece of a snapshot", undefined, { piece: "AAAA" }],
    ])("%s that is damaged is named, kept aside, and begun anew", async (_, damaged, data) => {
      const namespace = await place();
      const client = new FailingSecrets(api.client);
      await writeAll(client, namespace, { durable: 0 });
      const pieces = client.requests.filter((request) => /^(create|update) fairlead-bundle-[1-9]/.test(request));
      const name = damaged ?? pieces.at(-1)?.split(" ")[1] ?? "";
      await api.client.patch(resources.secrets, { namespace, name }, { data });
      const said: unknown[] = [];
      const log: Log = { ...silentLog, error: (message, fields) => said.push([message, fields?.code, fields?.kept]) };
      await using anew = await open(namespace, api.client, { log });
      expect(said).toEqual([["bundle cache is corrupt", "cache_corrupt", "fairlead-bundle-13"]]);
      expect(held(anew)).toEqual({});
      await api.client.get(resources.secrets, { namespace, name: "fairlead-bundle-13" });
      for (const batch of batches) await anew.write(batch);
      expect(await reopened(namespace)).toEqual(states.at(-1));
    });

    test("what does not fit is said, and kept as names until it fits again", async () => {
      const namespace = await place();
      const said: unknown[] = [];
      const log: Log = { ...silentLog, error: (message, fields) => said.push([message, fields?.code]) };
      await using full = await open(namespace, api.client, { log });
      const many = Array.from({ length: 60 }, (_, n) => entryOf(`r${n}`, n, randomBytes(600).toString("hex")));
      for (const one of many) await full.write([one]);
      expect(said).toContainEqual(["bundle does not fit its Secrets", "body_too_large"]);
      await using again = await open(namespace);
      expect(again.isPartial).toBe(true);
      expect([...again.entries.keys()].sort()).toEqual(many.map(([key]) => key).sort());
      expect([...again.entries.values()]).toContainEqual(
        expect.objectContaining({ object: expect.objectContaining({ digest: "" }) }),
      );
      for (const [key] of many.slice(5)) await again.write([[key, undefined]]);
      for (let n = 0; n < 9; n += 1) await again.write([entryOf("r0", n, randomBytes(400).toString("hex"))]);
      await using whole = await open(namespace);
      expect(whole.isPartial).toBe(false);
    }, 30_000);

    test("20,000 objects fit, and are read again", async () => {
      const namespace = await place();
      await using log = await open(namespace, api.client, { limits: SECRET_LIMITS });
      const many = Array.from({ length: 20_000 }, (_, n) => entryOf(`route-${n}`, n, randomUUID()));
      await log.write(many);
      await using again = await open(namespace, api.client, { limits: SECRET_LIMITS });
      expect([again.entries.size, again.isPartial]).toEqual([20_000, false]);
    }, 60_000);
  });
});

/** Tries something at each request from the `first` on (counted from 1), a few at a time. */
async function everywhere(
  requests: readonly string[],
  first: number,
  run: (at: number) => Promise<void>,
): Promise<void> {
  let next = first;
  const worker = async () => {
    while (next <= requests.length) await run(next++);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}
