import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { customResourceDefinitions } from "@fairlead/contract";
import type { ConnectorPolicySpec } from "@fairlead/contract/connector-policy";
import { type Clock, systemClock } from "@fairlead/core";
import { defineResource, resources } from "@fairlead/kubernetes";
import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { eventually, tempDir } from "@fairlead/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { API_SERVERS } from "../testing/api-servers.ts";
import { startConnector, TestApiServer } from "../testing/test-connector.ts";
import { TestHub } from "../testing/test-hub.ts";
import { gateway, keyOf, route } from "../testing/test-objects.ts";
import { connectorPolicies } from "./policy-watch.ts";

const HOUR = 3_600_000;
const definitions = defineResource<KubernetesObject>({
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  namespaced: false,
});

/** The kind as the chart installs it; the object server has it built in. */
async function installPolicyKind(api: TestApiServer): Promise<void> {
  for (const definition of customResourceDefinitions()) {
    const object: KubernetesObject = JSON.parse(JSON.stringify(definition));
    await api.client.apply(definitions, object, { fieldManager: "helm" });
  }
  await eventually(() => api.client.list(connectorPolicies));
}

/** The machine's clock, some time ahead. */
function movedClock(): Clock & { aheadMs: number } {
  const clock = {
    aheadMs: 0,
    now: () => systemClock.now() + clock.aheadMs,
    sleep: systemClock.sleep,
  };
  return clock;
}

describe.each(API_SERVERS)("the guard on $title", ({ start, isReal, skipped }) => {
  describe.skipIf(skipped)("", () => {
    let api: TestApiServer;

    beforeAll(async () => {
      api = await start();
      if (isReal) await installPolicyKind(api);
    }, 90_000);

    // What one test leaves behind, the connector of the next would take for its own.
    afterEach(async () => {
      await setPolicy(undefined);
      for (const resource of [resources.httpRoutes, resources.gateways]) {
        const { items } = await api.client.list<KubernetesObject>(resource);
        for (const { metadata } of items) await api.client.delete(resource, metadata);
      }
    });

    afterAll(async () => {
      await api?.[Symbol.asyncDispose]();
    });

    async function setPolicy(spec: ConnectorPolicySpec | undefined): Promise<void> {
      const head = { apiVersion: "fairlead.dev/v1alpha1", kind: "ConnectorPolicy", metadata: { name: "default" } };
      if (spec === undefined) await api.client.delete(connectorPolicies, { name: "default" }).catch(() => {});
      else await api.client.apply(connectorPolicies, { ...head, ...{ spec } }, { fieldManager: "owner", force: true });
    }

    /** A policy reaches the connector by a watch of its own, so what is written right after it may still pass. */
    async function untilHeld(hub: TestHub): Promise<void> {
      let tries = 0;
      await eventually(
        () => {
          const canary = route(`canary-${tries++}`);
          hub.write([[keyOf(canary), canary]]);
          expect(hub.exceptions.size).toBeGreaterThan(0);
        },
        { intervalMs: 200 },
      );
    }

    async function setUp() {
      const stack = new AsyncDisposableStack();
      const directory = stack.use(await tempDir("guard"));
      const hub = stack.use(await TestHub.start());
      const run = (options: { readonly clock?: Clock; readonly env?: Readonly<Record<string, string>> } = {}) => {
        const env = { FAIRLEAD_STATE_DIR: directory.path, FAIRLEAD_CLOUD_URL: hub.url, ...options.env };
        return startConnector(api, env, options.clock === undefined ? {} : { clock: options.clock });
      };
      return { hub, run, path: directory.path, [Symbol.asyncDispose]: () => stack.disposeAsync() };
    }

    const at = (name: string, namespace = "default") => ({ namespace, name });
    const pathOf = async (name: string) =>
      (await api.client.get(resources.httpRoutes, at(name))).spec.rules?.[0]?.matches?.[0]?.path?.value;
    const namesThere = async (prefix: string) => {
      const { items } = await api.client.list(resources.httpRoutes, { namespace: "default" });
      return items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith(prefix));
    };
    const applied = (hub: TestHub) => eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));

    test("a kind and a namespace that are not allowed are refused by name; the rest is applied, and they are once they may", async () => {
      await using given = await setUp();
      const { hub, run } = given;
      await setPolicy({ allowedKinds: ["HTTPRoute"], allowedNamespaces: ["default"] });
      const elsewhere = { ...route("elsewhere"), metadata: { name: "elsewhere", namespace: "kube-system" } };
      hub.write([
        [keyOf(route("kept")), route("kept")],
        [keyOf(gateway("edge")), gateway("edge")],
        [keyOf(elsewhere), elsewhere],
      ]);
      await using _connector = await run();
      await applied(hub);
      expect(await pathOf("kept")).toBe("/");
      expect(hub.exceptions.get(keyOf(gateway("edge")))).toMatchObject({
        stage: "applied",
        state: "rejected",
        reason: "guard_refused",
        field: "connectorPolicy.spec.allowedKinds",
        message: "ConnectorPolicy default allows the kinds HTTPRoute; Gateway is not among them",
      });
      expect(hub.exceptions.get(keyOf(elsewhere))).toMatchObject({
        state: "rejected",
        field: "connectorPolicy.spec.allowedNamespaces",
        message: "ConnectorPolicy default allows the namespaces default; kube-system is not among them",
      });
      await expect(api.client.get(resources.gateways, at("edge"))).rejects.toMatchObject({ code: "not_found" });
      await setPolicy({ allowedNamespaces: ["default"] });
      await eventually(() => api.client.get(resources.gateways, at("edge")));
      await eventually(() => expect([...hub.exceptions.keys()]).toEqual([keyOf(elsewhere)]));
      await setPolicy(undefined);
      await eventually(() => api.client.get(resources.httpRoutes, at("elsewhere", "kube-system")));
      await eventually(() => expect(hub.exceptions.size).toBe(0));
    });

    test("of a mass deletion as many go as the hour allows; a restart makes room for none, a new hour does", async () => {
      await using given = await setUp();
      const { hub, run } = given;
      const names = Array.from({ length: 6 }, (_, n) => `mass-${n}`);
      await setPolicy({ maxDeletesPerHour: 2 });
      hub.write(names.map((name) => [keyOf(route(name)), route(name)]));
      const clock = movedClock();
      await (async () => {
        await using _connector = await run({ clock });
        await applied(hub);
        hub.write(names.map((name) => [keyOf(route(name)), undefined]));
        await eventually(() => expect(hub.exceptions.size).toBe(4));
        expect([...hub.exceptions.values()][0]).toMatchObject({
          state: "rejected",
          reason: "guard_refused",
          field: "connectorPolicy.spec.maxDeletesPerHour",
          message: expect.stringMatching(
            /^ConnectorPolicy default allows 2 deletions per hour, and they are made; the next is possible at 20\S+:00Z$/,
          ),
        });
        await applied(hub);
        expect(await namesThere("mass-")).toHaveLength(4);
      })();
      hub.exceptions.clear();
      await using _again = await run({ clock });
      await eventually(() => expect(hub.exceptions.size).toBe(4));
      expect(await namesThere("mass-")).toHaveLength(4);
      clock.aheadMs += HOUR + 60_000;
      await eventually(async () => expect(await namesThere("mass-")).toHaveLength(2));
      await eventually(() => expect(hub.exceptions.size).toBe(2));
      // The owner sees that it is meant.
      await setPolicy({ maxDeletesPerHour: 100 });
      await eventually(async () => expect(await namesThere("mass-")).toEqual([]));
      await eventually(() => expect(hub.exceptions.size).toBe(0));
    });

    test("what is held back and wanted again is not deleted", async () => {
      await using given = await setUp();
      const { hub, run } = given;
      await setPolicy({ maxDeletesPerHour: 0 });
      hub.write([[keyOf(route("mistake")), route("mistake", "/v1")]]);
      await using _connector = await run();
      await applied(hub);
      hub.write([[keyOf(route("mistake")), undefined]]);
      await eventually(() =>
        expect(hub.exceptions.get(keyOf(route("mistake")))?.message).toBe(
          "ConnectorPolicy default allows no deletions (0 per hour)",
        ),
      );
      hub.write([[keyOf(route("mistake")), route("mistake", "/v2")]]);
      await applied(hub);
      expect(hub.exceptions.size).toBe(0);
      await setPolicy(undefined);
      hub.write([[keyOf(route("after")), route("after")]]);
      await applied(hub);
      expect(await pathOf("mistake")).toBe("/v2");
    });

    test("a freeze holds writes, reversals of drift and the passes, and lets go by itself when it ends", async () => {
      await using given = await setUp();
      const { hub, run } = given;
      hub.write([
        [keyOf(route("quiet")), route("quiet", "/v1")],
        [keyOf(route("drifting")), route("drifting", "/v1")],
        [keyOf(route("changing")), route("changing", "/v1")],
      ]);
      const clock = movedClock();
      await using _connector = await run({ clock, env: { FAIRLEAD_REAPPLY_INTERVAL_MS: "1000" } });
      await applied(hub);
      await eventually(() => expect(hub.facts.size).toBeGreaterThan(0));
      const end = new Date(Math.ceil(clock.now() / 1_000) * 1_000 + HOUR).toISOString().replace(".000Z", "Z");
      await setPolicy({ freeze: [{ start: "2026-01-01T00:00:00+02:00", end, reason: "inventory" }] });
      await untilHeld(hub);
      hub.write([
        [keyOf(route("changing")), route("changing", "/v2")],
        [keyOf(route("new")), route("new")],
      ]);
      const patch = { spec: route("drifting", "/theirs").spec };
      const held = (...names: string[]) => names.filter((name) => hub.exceptions.has(keyOf(route(name))));
      await eventually(() => expect(held("changing", "new")).toHaveLength(2));
      await api.client.patch(resources.httpRoutes, at("drifting"), patch, { fieldManager: "kubectl-edit" });
      await eventually(() => expect(held("changing", "new", "drifting")).toHaveLength(3));
      const message = `ConnectorPolicy default freezes this cluster until ${end} (inventory); the update waits until then`;
      for (const name of ["changing", "drifting"]) {
        const expected = { state: "rejected", field: "connectorPolicy.spec.freeze[0]", message };
        expect(hub.exceptions.get(keyOf(route(name)))).toMatchObject(expected);
      }
      expect(hub.exceptions.has(keyOf(route("quiet")))).toBe(false);
      expect([await pathOf("changing"), await pathOf("drifting")]).toEqual(["/v1", "/theirs"]);
      clock.aheadMs += HOUR + 1_000;
      await eventually(async () =>
        expect([await pathOf("changing"), await pathOf("drifting"), await pathOf("new")]).toEqual(["/v2", "/v1", "/"]),
      );
      await eventually(() => expect(hub.exceptions.size).toBe(0));
    });

    test("a count that is damaged counts as used up", async () => {
      await using given = await setUp();
      const { hub, run, path } = given;
      await setPolicy({ maxDeletesPerHour: 5 });
      hub.write(["one", "two"].map((name) => [keyOf(route(name)), route(name)]));
      await (async () => {
        await using _connector = await run();
        await applied(hub);
        hub.write([[keyOf(route("one")), undefined]]);
        await applied(hub);
      })();
      const file = join(path, "deletes.journal");
      writeFileSync(file, readFileSync(file, "utf8").replace(/,1\]/, ",0]"));
      await using _again = await run();
      hub.write([[keyOf(route("two")), undefined]]);
      await eventually(() => expect(hub.exceptions.get(keyOf(route("two")))?.reason).toBe("guard_refused"));
      expect(await namesThere("two")).toEqual(["two"]);
    });
  });
});

test("a policy that is not understood lets nothing through and says what is wrong with it", async () => {
  // The API server refuses such a policy while its definition is ours; an older definition, or none of the schema, does not.
  await using api = await TestApiServer.start();
  await using directory = await tempDir("guard");
  await using hub = await TestHub.start();
  const spec = { freeze: [{ start: "tomorrow", end: "2026-12-27T00:00:00Z", reason: "feast days" }] };
  const head = { apiVersion: "fairlead.dev/v1alpha1", kind: "ConnectorPolicy", metadata: { name: "default" } };
  await api.client.apply(connectorPolicies, { ...head, ...{ spec } }, { fieldManager: "owner" });
  hub.write([[keyOf(route("held")), route("held")]]);
  const env = { FAIRLEAD_STATE_DIR: directory.path, FAIRLEAD_CLOUD_URL: hub.url };
  await using _connector = await startConnector(api, env);
  await eventually(() => expect(hub.exceptions.get(keyOf(route("held")))?.reason).toBe("guard_refused"));
  expect(hub.exceptions.get(keyOf(route("held")))).toMatchObject({
    field: "connectorPolicy.spec.freeze[0].start",
    message: expect.stringMatching(
      /^ConnectorPolicy default is not valid, so nothing is changed: spec\.freeze\[0\]\.start: must be a time/,
    ),
  });
  await expect(api.client.get(resources.httpRoutes, { namespace: "default", name: "held" })).rejects.toMatchObject({
    code: "not_found",
  });
  await api.client.delete(connectorPolicies, { name: "default" });
  await eventually(() => api.client.get(resources.httpRoutes, { namespace: "default", name: "held" }));
});
