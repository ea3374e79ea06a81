import { type ClusterId, idFromUuid, type OrganizationId, uuidFromId } from "@fairlead/contract";
import { acquireLease, applyFacts, dropTombstones } from "@fairlead/database";
import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CILIUM, ON_NODES, tellDataPlane } from "../testing/data-planes.ts";
import { startTestCloud, type TestCloud, type TestTenant } from "../testing/start-test-cloud.ts";
import { ClusterMeshes } from "./cluster-mesh.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud?.[Symbol.asyncDispose]());

const key = "gateway.networking.k8s.io/HTTPRoute/default";

async function clusterOf(tenant: TestTenant, name: string): Promise<ClusterId> {
  const { body } = await tenant.api.post("/v1/clusters", { name });
  return idFromUuid("clu", uuidFromId(body.id));
}

const read = (meshes: ClusterMeshes, organization: OrganizationId, cluster: ClusterId) =>
  cloud.database.withTenant(organization, (tx) => meshes.read(tx, cluster));

async function tell(
  organization: OrganizationId,
  cluster: ClusterId,
  services: readonly string[],
  others: readonly { readonly key: string; readonly body: string }[] = [],
) {
  await cloud.database.withTenant(organization, async (tx) => {
    const { fence } = await acquireLease(tx, { cluster, holder: "test", ttlMs: 60_000 });
    const upserts = services.map((name) => ({
      key: `/Service/default/${name}`,
      body: JSON.stringify({
        apiVersion: "v1",
        kind: "Service",
        metadata: { name, namespace: "default" },
        spec: { ports: [{ port: 80 }] },
      }),
    }));
    const quota = { objects: 100, bytes: 100_000 };
    const range = { after: "", through: undefined };
    await applyFacts(tx, {
      cluster,
      fence,
      upserts: [...upserts, ...others],
      removals: [],
      range,
      digest: "x",
      leftOut: {},
      quota,
    });
  });
}

/** Waits until the mesh has been rendered as far as asked. */
async function until(
  meshes: ClusterMeshes,
  tenant: TestTenant,
  cluster: ClusterId,
  holds: (keys: string[]) => boolean,
) {
  return eventually(async () => {
    const mesh = await read(meshes, tenant.organization, cluster);
    const keys = [...mesh.objects.keys()].sort();
    if (!holds(keys)) throw new Error(keys.join());
    return { ...mesh, keys };
  });
}

test("follows intents and facts, deletions included, as one built afresh; what did not change is not computed again", async () => {
  const tenant = await cloud.tenant("follows");
  const cluster = await clusterOf(tenant, "one");
  const meshes = new ClusterMeshes();
  const routes = `/v1/projects/${tenant.project}/http-routes`;
  const gateways = `/v1/projects/${tenant.project}/gateways`;
  await tenant.api.post(gateways, {
    name: "web",
    spec: { gatewayClassName: "fairlead", listeners: [{ name: "http", port: 80, protocol: "HTTP" }] },
  });
  const spec = { parentRefs: [{ name: "web" }], rules: [{ backendRefs: [{ name: "shop", port: 80 }] }] };
  const { body: a } = await tenant.api.post(routes, { name: "a", spec });
  await tenant.api.post(routes, { name: "b", spec });
  const first = await until(meshes, tenant, cluster, (keys) => keys.includes(`${key}/b`));
  expect(first.observedAt).toBeUndefined();
  expect(first.index.httpRoute("default/a")?.resolvedRefs.reason).toBe("BackendNotFound");

  await tell(tenant.organization, cluster, ["shop"]);
  // Told: a cluster has the classes it says it has, and this one said none.
  const told = await read(meshes, tenant.organization, cluster);
  expect(told.index).toBe(first.index);
  expect(told.observedAt).toBeInstanceOf(Date);
  expect(told.index.httpRoute("default/a")).toBeUndefined();

  await tenant.api.delete(`${routes}/${a.id}`, `"${a.revision}"`);
  const after = await until(meshes, tenant, cluster, (keys) => !keys.includes(`${key}/a`));
  const fresh = await read(new ClusterMeshes(), tenant.organization, cluster);
  expect(after.index.model()).toEqual(fresh.index.model());
  expect([...after.objects].sort()).toEqual([...fresh.objects].sort());
  const before = after.index.evaluations;
  const again = await read(meshes, tenant.organization, cluster);
  expect(again.index.evaluations).toBe(before);
});

test("reads a cluster as its connector says it is to be read, from then on", async () => {
  const tenant = await cloud.tenant("told");
  const cluster = await clusterOf(tenant, "one");
  const meshes = new ClusterMeshes();
  const spec = { gatewayClassName: "fairlead", listeners: [{ name: "http", port: 80, protocol: "HTTP" }] };
  for (const name of ["first", "second"]) {
    const made = await tenant.api.post(`/v1/projects/${tenant.project}/gateways`, { name, spec });
    expect(made.status).toBe(201);
  }
  const fact = (kind: string, name: string, more: object) => ({
    key: kind === "Node" ? `/Node//${name}` : `gateway.networking.k8s.io/${kind}//${name}`,
    body: JSON.stringify({ kind, metadata: { name }, ...more }),
  });
  await tell(
    tenant.organization,
    cluster,
    [],
    [
      fact("GatewayClass", "fairlead", {
        apiVersion: "gateway.networking.k8s.io/v1",
        spec: { controllerName: "fairlead.dev/gateway-controller" },
      }),
      fact("Node", "n1", {
        apiVersion: "v1",
        status: {
          addresses: [{ type: "InternalIP", address: "10.0.0.1" }],
          conditions: [{ type: "Ready", status: "True" }],
        },
      }),
    ],
  );
  const gateways = "gateway.networking.k8s.io/Gateway/default";
  const before = await until(meshes, tenant, cluster, (keys) => keys.includes(`${gateways}/second`));
  expect(before.index.gateway("default/first")?.serving.addresses).toEqual([]);
  expect(before.index.faults(`${gateways}/second`)).toEqual([]);

  await tellDataPlane(cloud.database, tenant.organization, cluster, ON_NODES);
  const { index } = await read(meshes, tenant.organization, cluster);
  expect(index.gateway("default/first")?.serving.addresses).toEqual(["10.0.0.1"]);
  expect(index.faults(`${gateways}/second`)).toMatchObject([{ reason: "PortUnavailable" }]);
  expect((await read(meshes, tenant.organization, cluster)).index).toBe(index);

  await tellDataPlane(cloud.database, tenant.organization, cluster, CILIUM);
  expect((await read(meshes, tenant.organization, cluster)).index.gateway("default/first")).toBeUndefined();
});

test("who missed a tombstone that is gone by now finds out and starts over", async () => {
  const tenant = await cloud.tenant("missed");
  const cluster = await clusterOf(tenant, "one");
  const meshes = new ClusterMeshes();
  const routes = `/v1/projects/${tenant.project}/http-routes`;
  const { body: a } = await tenant.api.post(routes, { name: "a", spec: {} });
  await until(meshes, tenant, cluster, (keys) => keys.includes(`${key}/a`));
  await tenant.api.delete(`${routes}/${a.id}`, `"${a.revision}"`);
  await until(new ClusterMeshes(), tenant, cluster, (keys) => !keys.includes(`${key}/a`));
  await cloud.database.withTenant(tenant.organization, async (tx) => {
    await dropTombstones(tx, cluster, { epoch: 99, n: 0 });
  });
  const mesh = await read(meshes, tenant.organization, cluster);
  expect([...mesh.objects.keys()]).not.toContain(`${key}/a`);
});

test("another organization that asks for the cluster sees nothing of it, kept meshes or not", async () => {
  const [mine, theirs] = [await cloud.tenant("mine"), await cloud.tenant("theirs")];
  const cluster = await clusterOf(mine, "one");
  const meshes = new ClusterMeshes();
  await tell(mine.organization, cluster, ["secretive"]);
  expect([...(await read(meshes, mine.organization, cluster)).objects.keys()]).toContain("/Service/default/secretive");
  const seen = await read(meshes, theirs.organization, cluster);
  expect([...seen.objects.keys()]).not.toContain("/Service/default/secretive");
  expect(seen.observedAt).toBeUndefined();
});

test("keeps no more objects than it may, and forgets what was not read for longest", async () => {
  const tenant = await cloud.tenant("many");
  const meshes = new ClusterMeshes({ maxObjects: 5 });
  const [one, two] = [await clusterOf(tenant, "one"), await clusterOf(tenant, "two")];
  await tell(tenant.organization, one, ["a", "b", "c"]);
  await tell(tenant.organization, two, ["a", "b", "c"]);
  const first = await read(meshes, tenant.organization, one);
  expect((await read(meshes, tenant.organization, one)).index).toBe(first.index);
  await read(meshes, tenant.organization, two);
  expect((await read(meshes, tenant.organization, one)).index).not.toBe(first.index);
});
