import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { silentLog, systemClock } from "@fairlead/core";
import { resources } from "@fairlead/kubernetes";
import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { API_SERVERS } from "../testing/api-servers.ts";
import { FailingSecrets } from "../testing/failing-secrets.ts";
import { entryOf } from "../testing/state-objects.ts";
import type { TestApiServer } from "../testing/test-connector.ts";
import { TestHub } from "../testing/test-hub.ts";
import { startTunnel } from "../testing/test-tunnel.ts";
import { openClusterState } from "./connector-state.ts";
import { DELETES_SECRET, SecretDeletes } from "./secret-deletes.ts";
import type { SecretClient, SecretFileOptions } from "./secret-file.ts";
import { IDENTITY_SECRET, SecretIdentity } from "./secret-identity.ts";

const KEY = "g/K/ns/a";

describe.each(API_SERVERS)("a connector's state in $title", ({ start, skipped }) => {
  describe.skipIf(skipped)("", () => {
    let api: TestApiServer;

    beforeAll(async () => {
      api = await start();
    }, 90_000);
    afterAll(() => api?.[Symbol.asyncDispose]());

    async function options(client: SecretClient = api.client): Promise<SecretFileOptions> {
      const namespace = `state-${randomUUID()}`;
      const metadata = { name: namespace };
      await api.client.create(resources.namespaces, { apiVersion: "v1", kind: "Namespace", metadata });
      const signal = new AbortController().signal;
      return { client, namespace, log: silentLog, clock: systemClock, rng: () => 0.1, signal };
    }

    test("of replicas that find no identity the first makes one, and all have that", async () => {
      const given = await options();
      const records = await Promise.all([1, 2, 3].map(() => new SecretIdentity(given).readOrCreate()));
      expect(new Set(records.map(({ instance }) => instance)).size).toBe(1);
      expect(new Set(records.map(({ privateKey }) => privateKey.reveal())).size).toBe(1);
      expect(inspect(records, { depth: 9 })).not.toContain("PRIVATE KEY");
    });

    test("a bundle whose identity was taken away is not used by the next one", async () => {
      const given = { ...(await options()), writer: "one", onLost: () => {} };
      {
        await using before = await openClusterState(given);
        await before.identity.saveClusterId("clu_before");
        await before.store.adopt([entryOf("theirs", 1)]);
      }
      {
        await using same = await openClusterState({ ...given, writer: "two" });
        expect([...same.store.bundle.entries.keys()]).toEqual([entryOf("theirs", 1)[0]]);
      }
      await api.client.delete(resources.secrets, { namespace: given.namespace, name: IDENTITY_SECRET });
      for (const writer of ["three", "four"]) {
        await using next = await openClusterState({ ...given, writer });
        expect([next.identity.clusterId, next.store.bundle.entries.size, next.store.needsResync]).toEqual([
          undefined,
          0,
          true,
        ]);
      }
    });

    test("a damaged identity is named without a word of it", async () => {
      const given = await options();
      await new SecretIdentity(given).readOrCreate();
      const place = { namespace: given.namespace, name: IDENTITY_SECRET };
      const damaged = Buffer.from("-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----\n").toString(
        "base64",
      );
      await api.client.patch(resources.secrets, place, { data: { "key.pem": damaged } });
      const error: unknown = await new SecretIdentity(given).readOrCreate().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: "cache_corrupt",
        public: expect.stringContaining("key key.pem of the Secret"),
      });
      expect(inspect(error, { depth: 9 })).not.toContain("MC4CAQ");
    });

    test("deletions are counted on by the next replica, and a count that is damaged is one that is lost", async () => {
      const given = { ...(await options()), onLost: () => {} };
      const counts = new Map([
        [29_000_000, 3],
        [29_000_001, 1],
      ]);
      expect(await new SecretDeletes(given).recentDeletes()).toEqual(new Map());
      await new SecretDeletes(given).record(counts);
      expect(await new SecretDeletes(given).recentDeletes()).toEqual(counts);
      const place = { namespace: given.namespace, name: DELETES_SECRET };
      await api.client.patch(resources.secrets, place, { data: { counts: "W10=" } });
      const damaged = new SecretDeletes(given);
      await expect(damaged.recentDeletes()).rejects.toMatchObject({ code: "cache_corrupt" });
      await damaged.record(counts);
      expect(await new SecretDeletes(given).recentDeletes()).toEqual(counts);
    });

    test("a replica that counts behind another's back finds out, and deletes nothing", async () => {
      const given = await options();
      const lost: unknown[] = [];
      const replica = () => new SecretDeletes({ ...given, onLost: (error) => lost.push(error) });
      const [old, next] = [replica(), replica()];
      await old.recentDeletes();
      await next.recentDeletes();
      await next.record(new Map([[29_000_000, 1]]));
      await expect(old.record(new Map([[29_000_000, 2]]))).rejects.toMatchObject({ code: "revision_mismatch" });
      expect(lost).toHaveLength(1);
    });

    test("while the API server is away acknowledgements wait, the session stays, and nothing is lost", async () => {
      await using hub = await TestHub.start();
      const client = new FailingSecrets(api.client);
      const given = await options(client);
      const lost: unknown[] = [];
      const state = await openClusterState({ ...given, writer: "one", onLost: (error) => lost.push(error) });
      await state.store.adopt([]);
      await using tunnel = startTunnel(hub, state);
      await eventually(() => expect(hub.sessions).toBe(1));
      const before = hub.cloud.revision;
      await eventually(() => expect(hub.cloud.acked).toEqual(before));
      client.isAway = true;
      const asked = client.requests.length;
      for (let n = 0; n < 5; n += 1) hub.write([[KEY, { n }]]);
      await eventually(() => expect(client.requests.length).toBeGreaterThan(asked + 2));
      expect([hub.cloud.acked, tunnel.client.open]).toEqual([before, true]);
      client.isAway = false;
      await eventually(() => expect(hub.cloud.acked).toEqual(hub.cloud.revision));
      expect([hub.sessions, hub.ends, lost]).toEqual([1, [], []]);
      await using again = await openClusterState({ ...given, writer: "two", onLost: (error) => lost.push(error) });
      expect(again.store.bundle.entries.get(KEY)?.object?.body).toBe('{"n":4}');
      expect(again.identity.clusterId).toBe("clu_test");
    });
  });
});
