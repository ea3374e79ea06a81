import { setTimeout as sleep } from "node:timers/promises";
import { fromKubeconfig, KubernetesClient, Reflector, resources } from "@fairlead/kubernetes";
import { REVISION_ANNOTATION } from "@fairlead/kubernetes-types";
import { eventually, httpGet } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { podsOf } from "./mesh/connector.ts";
import { NAMESPACE } from "./mesh/helm.ts";
import { documents, gateway, route } from "./mesh/manifests.ts";
import { type Mesh, startBookinfo, startMesh } from "./mesh/mesh.ts";

let mesh: Mesh;
beforeAll(async () => {
  mesh = await startMesh({ name: "e2e-connector", images: ["bookinfo-details-v1"] });
  await startBookinfo(mesh.cluster, ["details"]);
  expect(await apply(documents(gateway(), route("watched")))).toMatchObject({ code: 0 });
}, 900_000);
afterAll(() => mesh?.[Symbol.asyncDispose](), 120_000);

/** Applies manifests and waits until they are served everywhere. */
function apply(text: string) {
  return mesh.cloud.fairlead(["apply", "-f", "-", "--wait", "--timeout", "60s"], text);
}

async function pathOf(name: string): Promise<string> {
  return mesh.cluster.kubectl(["get", "httproute", name, "-o", "jsonpath={.spec.rules[0].matches[0].path.value}"]);
}

/** Somebody changes the path of a route. */
async function edit(name: string, value: string, manager: string): Promise<void> {
  const patch = JSON.stringify([{ op: "replace", path: "/spec/rules/0/matches/0/path/value", value }]);
  await mesh.cluster.kubectl(["patch", "httproute", name, "--type=json", "-p", patch, `--field-manager=${manager}`]);
}

/** The cloud tells such a drift of the route `drifting` within five seconds, and the CLI shows it. */
async function driftWithin5s(expected: object, shown: RegExp): Promise<void> {
  const { client } = mesh.cloud;
  const cluster = (await client.clusters.list({ query: { name: "one" } })).items[0]?.id ?? "";
  const object = expect.objectContaining({ kind: "HTTPRoute", namespace: "default", name: "drifting" });
  const look = async () => {
    const { items } = await client.drift.get({ params: { cluster } });
    expect(items).toContainEqual(expect.objectContaining({ object, ...expected }));
  };
  await eventually(look, { timeoutMs: 5_000, intervalMs: 50 });
  expect((await mesh.cloud.fairlead(["drift"])).stdout).toMatch(shown);
}

/** That somebody else's is the path of the route now. */
function pathBy(manager: string, live: string): object {
  return {
    fields: expect.arrayContaining([
      expect.objectContaining({
        manager,
        live: expect.stringContaining(live),
        field: expect.stringContaining("spec.rules[0].matches"),
      }),
    ]),
  };
}

const FREEZE = `apiVersion: fairlead.dev/v1alpha1
kind: ConnectorPolicy
metadata: {name: default}
spec:
  freeze: [{start: "2020-01-01T00:00:00Z", end: "2099-01-01T00:00:00Z", reason: the shop is full}]
`;

test("in a freeze of the cluster's owner changes are refused with field and reason; thawed, they come by themselves", async () => {
  await mesh.cluster.kubectl(["apply", "-f", "-"], FREEZE);
  // The connector hears of the policy by its watch.
  await sleep(1_000);
  const address = mesh.cluster.nodes[0]?.address;
  const refused = await apply(route("frozen"));
  expect(refused.code).not.toBe(0);
  const { stdout } = await mesh.cloud.fairlead(["convergence", "httproute/frozen"]);
  expect(stdout).toMatch(/default\/frozen at connectorPolicy\.spec\.freeze\[0\]: .*the shop is full/);
  // What is in place serves on.
  expect((await httpGet(`http://${address}/details/1`, { host: "watched.example" })).status).toBe(200);
  expect((await httpGet(`http://${address}/details/1`, { host: "frozen.example" })).status).toBe(404);
  await mesh.cluster.kubectl(["delete", "connectorpolicy", "default"]);
  // Until the thaw is noticed the refusal stands, at which a wait ends.
  const waited = () => mesh.cloud.fairlead(["wait", "httproute/frozen", "--timeout", "30s"]);
  await eventually(async () => expect(await waited()).toMatchObject({ code: 0 }), { timeoutMs: 30_000 });
  expect((await httpGet(`http://${address}/details/1`, { host: "frozen.example" })).status).toBe(200);
}, 120_000);

test("the connector itself can read the policy and cannot write it", async () => {
  const can = async (verb: string) => {
    const as = `--as=system:serviceaccount:${NAMESPACE}:fairlead-connector`;
    const said = mesh.cluster.kubectl(["auth", "can-i", verb, "connectorpolicies.fairlead.dev", as]);
    return (await said.catch((error: unknown) => `${error}`)).includes("yes");
  };
  for (const verb of ["get", "list", "watch"]) expect([verb, await can(verb)]).toEqual([verb, true]);
  for (const verb of ["create", "update", "patch", "delete", "deletecollection"]) {
    expect([verb, await can(verb)]).toEqual([verb, false]);
  }
});

test("with driftPolicy report an edit is shown with field and manager and left; with revert it is undone", async () => {
  const withPath = (policy: string) =>
    route("drifting")
      .replace("{name: drifting}", `{name: drifting, annotations: {fairlead.dev/drift-policy: ${policy}}}`)
      .replace("[{backendRefs", "[{matches: [{path: {type: PathPrefix, value: /}}], backendRefs");
  expect(await apply(withPath("report"))).toMatchObject({ code: 0 });
  await edit("drifting", "/edited", "kubectl-edit");
  await driftWithin5s(
    { state: "reported", ...pathBy("kubectl-edit", "/edited") },
    /drifting\s+reported.*\/edited.*kubectl-edit/,
  );
  expect(await pathOf("drifting")).toBe("/edited");
  expect(await apply(withPath("revert"))).toMatchObject({ code: 0 });
  await eventually(async () => expect(await pathOf("drifting")).toBe("/"));
  await edit("drifting", "/again", "somebody");
  const undone = { state: expect.stringMatching(/^revert(ing|ed)$/) };
  await driftWithin5s({ ...undone, ...pathBy("somebody", "/again") }, /drifting\s+revert(ing|ed).*\/again.*somebody/);
  await eventually(async () => expect(await pathOf("drifting")).toBe("/"), { timeoutMs: 5_000 });
}, 120_000);

test("a deleted object comes back", async () => {
  await mesh.cluster.kubectl(["delete", "httproute", "drifting"]);
  await driftWithin5s({ change: "deleted" }, /drifting\s+revert(ing|ed)\s+\(deleted\)/);
  await eventually(async () => expect(await pathOf("drifting")).toBe("/"), { timeoutMs: 5_000 });
});

const ROUTES = 10;
const WRITES_PER_SECOND = 50;
/** Long enough for a killed leader's lease to run out twice. */
const SECONDS = 36;

test("the leader is killed again and again under writes: each that was acknowledged is applied, none of them twice", async () => {
  const { client } = mesh.cloud;
  const project = (await client.projects.list()).items.find(({ name }) => name === "default")?.id ?? "";
  const ids: string[] = [];
  for (let n = 0; n < ROUTES; n++) {
    const made = await client.httpRoutes.create({ params: { project }, body: busy(n, 0) });
    ids.push("id" in made ? made.id : "");
  }
  expect(await mesh.cloud.fairlead(["wait", "--all", "--timeout", "60s"])).toMatchObject({ code: 0 });
  await using kubernetes = new KubernetesClient({ connection: fromKubeconfig(mesh.cluster.kubeconfig) });
  await using seen = await watchRevisions(kubernetes);

  const acknowledged = new Map<string, string>();
  const write = async (n: number, turn: number) => {
    const body = busy(n, turn);
    const made = await client.httpRoutes.put({ params: { project, id: ids[n] ?? "" }, ifMatch: "*", body });
    if ("dryRun" in made) return;
    const last = acknowledged.get(body.name);
    if (last === undefined || isNewer(made.revision, last)) acknowledged.set(body.name, made.revision);
  };
  const killing = killLeaders(SECONDS * 1_000);
  const open = new Set<Promise<void>>();
  for (let turn = 1; turn <= (SECONDS * WRITES_PER_SECOND) / ROUTES; turn++) {
    for (let n = 0; n < ROUTES; n++) {
      const one = write(n, turn).finally(() => open.delete(one));
      open.add(one);
      await sleep(1_000 / WRITES_PER_SECOND);
    }
  }
  await Promise.all(open);
  expect(await killing).toBeGreaterThan(1);
  expect(await mesh.cloud.fairlead(["wait", "--all", "--timeout", "120s"])).toMatchObject({ code: 0 });
  expect(acknowledged.size).toBe(ROUTES);
  for (const [name, revision] of acknowledged) {
    const history = seen.of(name);
    expect([name, history.at(-1)]).toEqual([name, revision]);
    // Had a leader applied what another one had applied or overtaken, the history would go back.
    const back = history.filter((one, index) => index > 0 && !isNewer(one, history[index - 1] ?? ""));
    expect([name, back]).toEqual([name, []]);
  }
}, 300_000);

/** A route that says in which turn it was written. */
function busy(n: number, turn: number) {
  const matches = [{ path: { type: "PathPrefix" as const, value: `/${turn}` } }];
  const rules = [{ matches, backendRefs: [{ name: "details", port: 9080 }] }];
  return { name: `busy-${n}`, spec: { parentRefs: [{ name: "edge" }], hostnames: [`busy-${n}.example`], rules } };
}

/** For so long, kills every pod that comes to lead, a few seconds into its term. Gives how many. */
async function killLeaders(forMs: number): Promise<number> {
  const until = Date.now() + forMs;
  let killed = 0;
  while (Date.now() < until) {
    await sleep(3_000);
    const holder = ["get", "lease", "fairlead-connector", "-o", "jsonpath={.spec.holderIdentity}"];
    const leader = (await mesh.cluster.kubectl(["-n", NAMESPACE, ...holder])).split("@")[0] ?? "";
    const running = await podsOf(mesh.cluster, "connector");
    if (!running.some(({ name }) => name === leader)) continue;
    await mesh.cluster.kubectl(["-n", NAMESPACE, "delete", "pod", leader, "--grace-period=0", "--force"]);
    killed++;
  }
  return killed;
}

/** Whether a revision, `epoch.n`, comes after another of the same epoch. */
function isNewer(one: string, other: string): boolean {
  const numberOf = (revision: string) => Number(revision.split(".")[1]);
  return numberOf(one) > numberOf(other);
}

/** The revisions each route had, in the order the API server had them; neighbours that are the same are one. */
async function watchRevisions(client: KubernetesClient) {
  const histories = new Map<string, string[]>();
  const reflector = new Reflector({ client, resource: resources.httpRoutes, namespace: "default" }).start();
  reflector.store.subscribe((changes) => {
    for (const { object } of changes) {
      const revision = object?.metadata.annotations?.[REVISION_ANNOTATION];
      if (object === undefined || revision === undefined) continue;
      const { name } = object.metadata;
      const history = histories.get(name) ?? [];
      if (history.at(-1) !== revision) history.push(revision);
      histories.set(name, history);
    }
  });
  await reflector.store.synced;
  return {
    of: (name: string): readonly string[] => histories.get(name) ?? [],
    [Symbol.asyncDispose]: () => reflector[Symbol.asyncDispose](),
  };
}
