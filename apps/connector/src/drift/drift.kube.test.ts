import { KubernetesClient, resources } from "@fairlead/kubernetes";
import { DRIFT_POLICY_ANNOTATION, INTENT_ANNOTATION } from "@fairlead/kubernetes-types";
import { eventually, kubeApiserverMissing, tempDir } from "@fairlead/testkit";
import { DRIFT_KEY_PREFIX, type Drift } from "@fairlead/tunnel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startConnector, TestApiServer } from "../testing/test-connector.ts";
import { TestHub } from "../testing/test-hub.ts";
import { gateway, keyOf, route } from "../testing/test-objects.ts";

const missing = kubeApiserverMissing();

// What managed fields say is the API server's word: the same cases on both of ours.
describe.each([
  { title: "the object server", start: () => TestApiServer.start(), skipped: false },
  {
    title: `kube-apiserver${missing === undefined ? "" : ` (${missing})`}`,
    start: () => TestApiServer.startReal(),
    skipped: missing !== undefined,
  },
])("drift on $title", ({ start, skipped }) => {
  describe.skipIf(skipped)("", () => {
    let api: TestApiServer;
    let other: KubernetesClient;

    beforeAll(async () => {
      api = await start();
      other = new KubernetesClient({ connection: api.connection, userAgent: "kubectl-edit" });
    }, 90_000);

    afterAll(async () => {
      await other?.[Symbol.asyncDispose]();
      await api?.[Symbol.asyncDispose]();
    });

    async function setUp() {
      const stack = new AsyncDisposableStack();
      const directory = stack.use(await tempDir("drift"));
      const hub = stack.use(await TestHub.start());
      const run = () => startConnector(api, { FAIRLEAD_STATE_DIR: directory.path, FAIRLEAD_CLOUD_URL: hub.url });
      return { hub, run, [Symbol.asyncDispose]: () => stack.disposeAsync() };
    }

    const at = (name: string) => ({ namespace: "default", name });
    const edit = (name: string, patch: Readonly<Record<string, unknown>>) =>
      other.patch(resources.httpRoutes, at(name), patch, { fieldManager: "kubectl-edit" });
    const pathOf = async (name: string) =>
      (await api.client.get(resources.httpRoutes, at(name))).spec.rules?.[0]?.matches?.[0]?.path?.value;
    const leftAlone = (name: string) => {
      const object = route(name, "/wanted");
      return { ...object, metadata: { ...object.metadata, annotations: { [DRIFT_POLICY_ANNOTATION]: "report" } } };
    };
    function driftOf(hub: TestHub, name: string): Drift | undefined {
      const text = hub.facts.get(`${DRIFT_KEY_PREFIX}HTTPRoute/default/${name}`);
      return text === undefined ? undefined : JSON.parse(text);
    }
    async function applied(hub: TestHub) {
      await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
      await eventually(() => expect(hub.facts.size).toBeGreaterThan(0));
    }

    test("a changed field is told with who changed it, and undone", async () => {
      await using given = await setUp();
      const { hub, run } = given;
      hub.write([[keyOf(route("edited")), route("edited", "/wanted")]]);
      await using _connector = await run();
      await applied(hub);
      await edit("edited", { spec: route("edited", "/theirs").spec });
      await eventually(async () => expect(await pathOf("edited")).toBe("/wanted"));
      await eventually(() => expect(driftOf(hub, "edited")).toMatchObject({ state: "reverted", change: "modified" }));
      expect(driftOf(hub, "edited")).toMatchObject({
        intent: "rt_1",
        policy: "revert",
        reversals: 1,
        fields: [
          {
            field: "spec.rules[0].matches[0].path.value",
            wanted: '"/wanted"',
            live: '"/theirs"',
            manager: "kubectl-edit",
            operation: "Update",
            time: expect.stringMatching(/^20/),
          },
        ],
      });
    });

    test("a deleted object is drift, and comes back", async () => {
      await using given = await setUp();
      const { hub, run } = given;
      hub.write([[keyOf(route("deleted")), route("deleted", "/wanted")]]);
      await using _connector = await run();
      await applied(hub);
      await other.delete(resources.httpRoutes, at("deleted"));
      await eventually(async () => expect(await pathOf("deleted")).toBe("/wanted"));
      await eventually(() => expect(driftOf(hub, "deleted")).toMatchObject({ state: "reverted", change: "deleted" }));
    });

    test("with the policy `report` it is told and left, until the intent changes or the other gives way", async () => {
      await using given = await setUp();
      const { hub, run } = given;
      hub.write([
        [keyOf(route("left")), leftAlone("left")],
        [keyOf(route("gone")), leftAlone("gone")],
      ]);
      await using _connector = await run();
      await applied(hub);
      await edit("left", { spec: route("left", "/theirs").spec });
      await other.delete(resources.httpRoutes, at("gone"));
      await eventually(() => expect(driftOf(hub, "left")).toMatchObject({ state: "reported", policy: "report" }));
      await eventually(() => expect(driftOf(hub, "gone")).toMatchObject({ state: "reported", change: "deleted" }));
      expect(await pathOf("left")).toBe("/theirs");
      await expect(pathOf("gone")).rejects.toMatchObject({ code: "not_found" });
      // The value as it was wanted, owned by somebody else.
      await edit("left", { spec: route("left", "/wanted").spec });
      await eventually(() => expect(driftOf(hub, "left")).toBeUndefined());
      await edit("left", { spec: route("left", "/theirs").spec });
      await eventually(() => expect(driftOf(hub, "left")).toBeDefined());
      const next = { ...leftAlone("left"), spec: route("left", "/next").spec };
      hub.write([[keyOf(route("left")), next]]);
      await eventually(async () => expect(await pathOf("left")).toBe("/next"));
      await eventually(() => expect(driftOf(hub, "left")).toBeUndefined());
    });

    test("what others add beside ours is none, and stays", async () => {
      await using given = await setUp();
      const { hub, run } = given;
      hub.write([[keyOf(route("shared")), route("shared", "/wanted")]]);
      await using _connector = await run();
      await applied(hub);
      await edit("shared", { metadata: { labels: { team: "theirs" } } });
      // Something that is drift comes after it, so that the first was looked at by then.
      await edit("shared", { metadata: { annotations: { [INTENT_ANNOTATION]: null } } });
      await eventually(() => expect(driftOf(hub, "shared")).toMatchObject({ state: "reverted" }));
      expect(driftOf(hub, "shared")?.fields).toMatchObject([{ field: `metadata.annotations["${INTENT_ANNOTATION}"]` }]);
      const { metadata } = await api.client.get(resources.httpRoutes, at("shared"));
      expect(metadata.labels?.team).toBe("theirs");
      expect(metadata.annotations?.[INTENT_ANNOTATION]).toBe("rt_1");
    });

    test("while the connector was away it is found when it is back", async () => {
      await using given = await setUp();
      const { hub, run } = given;
      hub.write([
        [keyOf(route("away")), route("away", "/wanted")],
        [keyOf(gateway("away")), gateway("away")],
      ]);
      await (async () => {
        await using _connector = await run();
        await applied(hub);
      })();
      await edit("away", { spec: route("away", "/theirs").spec });
      await using _again = await run();
      await eventually(() => expect(driftOf(hub, "away")).toMatchObject({ state: "reverted" }));
      expect(await pathOf("away")).toBe("/wanted");
      expect([...hub.facts.keys()].filter((key) => key.startsWith(DRIFT_KEY_PREFIX))).toHaveLength(1);
    });

    test("a controller that fights is named, and met rarely", async () => {
      await using given = await setUp();
      const { hub, run } = given;
      hub.write([[keyOf(route("fought")), route("fought", "/wanted")]]);
      await using _connector = await run();
      await applied(hub);
      for (let round = 0; round < 5; round++) {
        await edit("fought", { spec: route("fought", "/theirs").spec });
        await eventually(async () => expect(await pathOf("fought")).toBe("/wanted"));
      }
      await edit("fought", { spec: route("fought", "/theirs").spec });
      await eventually(() => expect(driftOf(hub, "fought")).toMatchObject({ state: "fighting", reversals: 5 }));
      expect(driftOf(hub, "fought")?.fields).toMatchObject([{ manager: "kubectl-edit" }]);
      expect(await pathOf("fought")).toBe("/theirs");
    });
  });
});
