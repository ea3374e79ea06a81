import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { joinCluster } from "../testing/join-cluster.ts";
import { startTestCloud, type TestCloud, type TestTenant } from "../testing/start-test-cloud.ts";
import { TestConnector } from "../testing/test-connector.ts";

let cloud: TestCloud;
let tenant: TestTenant;
const connectors: TestConnector[] = [];

beforeAll(async () => {
  cloud = await startTestCloud();
  tenant = await cloud.tenant("acme");
});
afterAll(async () => {
  for (const connector of connectors) await connector[Symbol.asyncDispose]();
  await cloud?.[Symbol.asyncDispose]();
});

async function join(name: string, clusterUid: string, of = tenant) {
  const joined = await joinCluster(of.api, { name }, { clusterUid });
  connectors.push(joined.connector);
  return joined;
}

/** A connector with the same state: what a copied Secret or snapshot makes. */
function copyOf({ url, identity, bundle }: TestConnector, clusterUid: string): TestConnector {
  const copy = new TestConnector({ url, clusterUid }, { ...identity }, bundle);
  connectors.push(copy);
  return copy;
}

/** Connects and gives how it went: `open`, or the code it was refused with. */
async function outcome(connector: TestConnector): Promise<string> {
  connector.connect();
  return eventually(() => {
    if (connector.open) return "open";
    if (connector.ended === undefined) throw new Error("still at it");
    return connector.ended.code;
  });
}

async function conditions(cluster: string, of = tenant): Promise<readonly Record<string, unknown>[]> {
  return (await of.api.get(`/v1/clusters/${cluster}`)).body.conditions;
}

describe("an identity copied into another Kubernetes cluster", () => {
  test("is refused and shown, until it is confirmed as the one that counts; then the first is refused", async () => {
    const { connector, cluster } = await join("rebuilt", "uid-old");
    expect(await conditions(cluster)).toEqual([]);
    const copy = copyOf(connector, "uid-new");
    expect(await outcome(copy)).toBe("cluster_cloned");
    expect(copy.ended?.reason).toBe(
      "This identity belongs to another Kubernetes cluster. Take the connector's state away here and join this cluster by " +
        `itself; or, if it replaces the other, say so: fairlead cluster confirm ${cluster} --uid uid-new`,
    );
    expect(connector.open).toBe(true);
    expect(await conditions(cluster)).toMatchObject([
      {
        type: "IdentityCopied",
        status: "True",
        reason: "OtherCluster",
        message: expect.stringContaining("uid-new (this one's: uid-old), and is refused"),
        since: expect.any(String),
        lastSeenAt: expect.any(String),
      },
    ]);
    const confirmed = await tenant.api.post(`/v1/clusters/${cluster}/confirm`, { kubeSystemUid: "uid-new" });
    expect(confirmed).toMatchObject({ status: 200, body: { kubeSystemUid: "uid-new", conditions: [] } });
    await eventually(() => expect(connector.ended).toMatchObject({ code: "cluster_cloned", retryAfterMs: 60_000 }));
    expect(await outcome(copy)).toBe("open");
    expect(await outcome(connector)).toBe("cluster_cloned");
  });

  test("on another replica too the live session of the first ends when the second is confirmed", async () => {
    const replica = await cloud.replica();
    const { connector, cluster } = await join("elsewhere", "uid-a");
    const { api } = tenant;
    const url = new URL(`/v1/clusters/${cluster}/confirm`, replica.url);
    const answer = await fetch(url, {
      method: "POST",
      headers: { authorization: `Bearer ${tenant.token}`, "content-type": "application/json" },
      body: JSON.stringify({ kubeSystemUid: "uid-b" }),
    });
    expect(answer.status).toBe(200);
    await eventually(() => expect(connector.ended).toMatchObject({ code: "cluster_cloned" }));
    expect((await api.get(`/v1/clusters/${cluster}`)).body.kubeSystemUid).toBe("uid-b");
  });

  test("a cluster that nobody has joined cannot be confirmed, and a uid must be one", async () => {
    const { body: cluster } = await tenant.api.post("/v1/clusters", { name: "empty" });
    expect(cluster.kubeSystemUid).toBeNull();
    const confirm = (kubeSystemUid: string) => tenant.api.post(`/v1/clusters/${cluster.id}/confirm`, { kubeSystemUid });
    expect(await confirm("uid-1")).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    expect(await confirm("uid 1")).toMatchObject({
      status: 422,
      body: { errors: [{ field: "kubeSystemUid", message: "must be the uid of a namespace" }] },
    });
  });
});

describe("two connectors that are copies of each other to the uid", () => {
  test("put each other out in turn until one is refused; the other stays, and the cluster says so", async () => {
    const { connector: first, cluster } = await join("snapshot", "uid-s");
    const second = copyOf(first, "uid-s");
    for (const [one, other] of [
      [second, first],
      [first, second],
      [second, first],
    ] as const) {
      expect(await outcome(one)).toBe("open");
      await eventually(() => expect(other.ended?.code).toBe("unavailable"));
    }
    expect(await conditions(cluster)).toEqual([]);
    expect(await outcome(first)).toBe("cluster_cloned");
    expect(second.open).toBe(true);
    expect(await conditions(cluster)).toMatchObject([{ type: "IdentityCopied", reason: "SecondConnector" }]);
    // Its own connection may break.
    second.cut();
    expect(await outcome(second)).toBe("open");
    expect(await outcome(first)).toBe("cluster_cloned");
    await tenant.api.post(`/v1/clusters/${cluster}/confirm`, { kubeSystemUid: "uid-s" });
    expect(await conditions(cluster)).toEqual([]);
    expect(second.open).toBe(true);
  });

  test("a connector that is started again and again is one connector", async () => {
    const { connector, cluster } = await join("restarted", "uid-r");
    let last = connector;
    for (let start = 0; start < 6; start++) {
      last = copyOf(last, "uid-r");
      expect(await outcome(last)).toBe("open");
    }
    expect(await conditions(cluster)).toEqual([]);
  });
});

describe("one Kubernetes cluster that joined twice", () => {
  test("is a warning at both, within the organization alone", async () => {
    const globex = await cloud.tenant("globex");
    const one = await join("one", "uid-twice");
    const two = await join("two", "uid-twice");
    const theirs = await join("theirs", "uid-twice", globex);
    expect(await conditions(one.cluster)).toMatchObject([
      {
        type: "SharedKubernetesCluster",
        reason: "JoinedTwice",
        message: expect.stringContaining(`two (${two.cluster})`),
      },
    ]);
    expect(await conditions(two.cluster)).toMatchObject([{ message: expect.stringContaining(`one (${one.cluster})`) }]);
    expect(await conditions(theirs.cluster, globex)).toEqual([]);
    await tenant.api.post(`/v1/clusters/${two.cluster}/revoke`, undefined);
    expect(await conditions(one.cluster)).toEqual([]);
  });
});
