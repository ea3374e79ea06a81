import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resources } from "@fairlead/kubernetes";
import { INTENT_ANNOTATION, REVISION_ANNOTATION } from "@fairlead/kubernetes-types";
import { eventually, tempDir } from "@fairlead/testkit";
import { describe, expect, test } from "vitest";
import { clusterUidOf } from "./cluster-description.ts";
import { IDENTITY_SECRET } from "./state/secret-identity.ts";
import { API_SERVERS } from "./testing/api-servers.ts";
import { startConnector, startReplica, TestApiServer } from "./testing/test-connector.ts";
import { TestHub } from "./testing/test-hub.ts";
import { keyOf, route } from "./testing/test-objects.ts";

const NAMESPACE = "fairlead-system";
const NOWHERE = "ws://127.0.0.1:9";

/** State of a connector in one cluster, and a copy of it for another. */
interface CopiedState extends AsyncDisposable {
  /** Starts a connector of a cluster with the state there. */
  start(api: TestApiServer, url: string): Promise<AsyncDisposable & { readonly adminPort: number }>;
  /** Makes the second cluster's state that of the first. */
  copy(): Promise<void>;
  /** Rewrites what the second keeps in the open beside its key. */
  edit(api: TestApiServer, change: (document: object) => object): Promise<void>;
}

/** State in two folders. */
async function inFolders(origin: TestApiServer): Promise<CopiedState> {
  const stack = new AsyncDisposableStack();
  const [one, two] = [stack.use(await tempDir("state")).path, stack.use(await tempDir("state")).path];
  return {
    start: (api, url) =>
      startConnector(api, { FAIRLEAD_STATE_DIR: api === origin ? one : two, FAIRLEAD_CLOUD_URL: url }),
    copy: async () => cpSync(one, two, { recursive: true }),
    edit: async (_, change) => {
      const path = join(two, "identity.json");
      writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, "utf8")))));
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** State in the Secrets of two clusters. */
async function inSecrets(origin: TestApiServer, copy: TestApiServer): Promise<CopiedState> {
  for (const { client } of [origin, copy]) {
    await client.create(resources.namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
  }
  return {
    start: (api, url) => startReplica(api, { FAIRLEAD_NAMESPACE: NAMESPACE, FAIRLEAD_CLOUD_URL: url }),
    copy: async () => {
      for (const { metadata, data = {} } of (await origin.client.list(resources.secrets, { namespace: NAMESPACE }))
        .items) {
        const { name, labels = {} } = metadata;
        const secret = {
          apiVersion: "v1",
          kind: "Secret",
          metadata: { name, namespace: NAMESPACE, labels },
          data,
        } as const;
        await copy.client.create(resources.secrets, secret);
      }
    },
    edit: async ({ client }, change) => {
      const place = { namespace: NAMESPACE, name: IDENTITY_SECRET };
      const { data = {} } = await client.get(resources.secrets, place);
      const document = JSON.parse(Buffer.from(data["identity.json"] ?? "", "base64").toString());
      const text = Buffer.from(JSON.stringify(change(document))).toString("base64");
      await client.patch(resources.secrets, place, { data: { "identity.json": text } });
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

const STATES = [
  { where: "in a folder", prepare: inFolders },
  { where: "in Secrets", prepare: inSecrets },
];

function uidOf(api: TestApiServer): Promise<string> {
  return clusterUidOf(api.client, AbortSignal.timeout(5_000));
}

async function routesOf(api: TestApiServer): Promise<string[]> {
  const { items } = await api.client.list(resources.httpRoutes, { namespace: "default" });
  return items.map(({ metadata }) => metadata.name).sort();
}

async function readiness({ adminPort }: { readonly adminPort: number }): Promise<string> {
  return (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).text();
}

/** An object as the connector of the first cluster had applied it when the backup was made. */
async function restore(api: TestApiServer, name: string): Promise<void> {
  const annotations = { [INTENT_ANNOTATION]: "rt_1", [REVISION_ANNOTATION]: "1.1" };
  const object = { ...route(name), metadata: { name, namespace: "default", annotations } };
  await api.client.apply(resources.httpRoutes, object, { fieldManager: "fairlead" });
}

describe.each(API_SERVERS)("a cluster made from another's backup, on $title", ({ start, skipped }) => {
  test.skipIf(skipped).each(STATES)(
    "with its state $where changes nothing until the cloud takes it as that cluster",
    async ({ prepare }) => {
      await using origin = await TestApiServer.start();
      await using api = await start();
      await using hub = await TestHub.start();
      await using state = await prepare(origin, api);
      hub.home = await uidOf(origin);
      hub.write(["a", "b", "gone"].map((name) => [keyOf(route(name)), route(name)] as const));
      {
        await using _original = await state.start(origin, hub.url);
        await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
        hub.write([[keyOf(route("gone")), undefined]]);
        await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision));
        // Before it stops, so that the state still says that the route is to go.
        await state.copy();
      }
      await restore(api, "gone");

      const copy = await state.start(api, hub.url);
      await eventually(() => expect(hub.ends).toContainEqual(expect.objectContaining({ code: "cluster_cloned" })));
      await eventually(async () => expect(await readiness(copy)).toContain("cluster_cloned"));
      expect(await readiness(copy)).toContain(`fairlead cluster confirm clu_test --uid ${await uidOf(api)}`);
      expect(await routesOf(api)).toEqual(["gone"]);

      hub.home = await uidOf(api);
      await eventually(async () => expect(await routesOf(api)).toEqual(["a", "b"]));
      await eventually(async () => expect(await readiness(copy)).toBe("ok\n"));
      await copy[Symbol.asyncDispose]();

      // It is at home here from now on, with or without the cloud, as is state from before clusters were noted.
      for (const change of [(document: object) => document, withoutUid]) {
        await state.edit(api, change);
        await api.client.delete(resources.httpRoutes, { namespace: "default", name: "b" });
        await using _later = await state.start(api, NOWHERE);
        await eventually(async () => expect(await routesOf(api)).toEqual(["a", "b"]));
      }
    },
    60_000,
  );
});

function withoutUid(document: object): object {
  return { ...document, clusterUid: undefined };
}
