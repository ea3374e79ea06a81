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

async function join(name: string) {
  const joined = await joinCluster(tenant.api, { name });
  connectors.push(joined.connector);
  return joined;
}

function connect(...args: ConstructorParameters<typeof TestConnector>): TestConnector {
  const connector = new TestConnector(...args);
  connectors.push(connector);
  connector.connect();
  return connector;
}

async function endOf(connector: TestConnector) {
  return eventually(() => {
    if (connector.ended === undefined) throw new Error("still there");
    return connector.ended;
  });
}

describe("enrolment", () => {
  test("a join token works once: replayed with another key it is refused, and the first connector stays", async () => {
    const { connector, joinToken } = await join("once");
    const thief = connect({ url: connector.url, joinToken });
    expect(await endOf(thief)).toMatchObject({ code: "join_token_invalid" });
    expect(thief.identity.clusterId).toBeUndefined();
    expect(connector.open).toBe(true);
  });

  test("an answer that was lost can be asked for again with the same key", async () => {
    const { connector, joinToken, cluster } = await join("lost-answer");
    await connector[Symbol.asyncDispose]();
    const again = connect({ url: connector.url, joinToken }, { ...connector.identity, clusterId: undefined });
    await eventually(() => expect(again.open).toBe(true));
    expect(again.identity.clusterId).toBe(cluster);
  });

  test("an expired token is refused", async () => {
    const { body: cluster } = await tenant.api.post("/v1/clusters", { name: "slow" });
    const { body: token } = await tenant.api.post(`/v1/clusters/${cluster.id}/join-tokens`, { ttlSeconds: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const late = connect({ url: token.tunnelUrl, joinToken: token.token });
    expect(await endOf(late)).toMatchObject({ code: "join_token_invalid" });
  });

  test("a token that is none of ours is refused without a look at the database", async () => {
    const stranger = connect({ url: connectors[0]?.url ?? "", joinToken: "fl_jt_nonsense" });
    expect(await endOf(stranger)).toMatchObject({
      code: "join_token_invalid",
      reason: "The join token is not one of ours.",
    });
  });
});

describe("proof", () => {
  // Guarantee: whether a cluster exists shows neither in the answer nor in its order.
  test("a key that is not the cluster's and a cluster that does not exist get the same answer", async () => {
    const { connector, cluster } = await join("guarded");
    const strange = new TestConnector({ url: connector.url });
    const wrongKey = connect({ url: connector.url }, { ...strange.identity, clusterId: cluster });
    const nobody = connect(
      { url: connector.url },
      { ...strange.identity, clusterId: "clu_01kf8w4zq7e9vbhk2m6s0t3c5d" },
    );
    expect(await endOf(wrongKey)).toEqual(await endOf(nobody));
    expect(wrongKey.ended).toMatchObject({ code: "unauthenticated" });
    expect(connector.open).toBe(true);
  });

  test("an identity copied into another Kubernetes cluster is refused and the original stays", async () => {
    const { connector } = await join("original");
    const copy = connect({ url: connector.url, clusterUid: "uid-2" }, connector.identity);
    expect(await endOf(copy)).toMatchObject({ code: "cluster_cloned", retryAfterMs: 60_000 });
    expect(connector.open).toBe(true);
  });
});

describe("the socket", () => {
  test("of two connections of a cluster the newer one wins", async () => {
    const { connector } = await join("twins");
    const newer = connect({ url: connector.url }, connector.identity, connector.bundle);
    await eventually(() => expect(newer.open).toBe(true));
    expect(await endOf(connector)).toMatchObject({ code: "unavailable" });
    expect(newer.open).toBe(true);
  });

  test("a text, a frame that cannot be read and one that is too large each end the session with their code", async () => {
    const { connector } = await join("noisy");
    const cases = [
      ["hello", "frame_invalid"],
      [Buffer.from([255, 255, 255]), "frame_invalid"],
    ] as const;
    for (const [data, code] of cases) {
      connector.sendRaw(data);
      expect(await endOf(connector)).toMatchObject({ code });
      connector.connect();
      await eventually(() => expect(connector.open).toBe(true));
    }
    connector.sendRaw(Buffer.alloc(256 * 1024));
    await endOf(connector);
    expect(connector.closeCode).toBe(1009);
  });

  test("without our subprotocol, or at another path, there is no upgrade", async () => {
    const { connector } = await join("plain");
    const other = connect({ url: connector.url.replace("/v1/tunnel", "/v1/other") });
    await eventually(() => expect(other.upgradeStatus).toBe(404));
    const foreign = connect({ url: connector.url, subprotocol: "chat" });
    await eventually(() => expect(foreign.upgradeStatus).toBe(400));
  });
});

describe("revocation", () => {
  test("closes the live socket at once and refuses the key; a new join token lets the cluster back in", async () => {
    const { connector, cluster } = await join("revoked");
    const startedAt = performance.now();
    const answer = await tenant.api.post(`/v1/clusters/${cluster}/revoke`, undefined);
    expect(answer.body.revokedAt).not.toBeNull();
    expect(await endOf(connector)).toMatchObject({ code: "cluster_revoked" });
    expect(performance.now() - startedAt).toBeLessThan(5000);
    connector.connect();
    expect(await endOf(connector)).toMatchObject({ code: "unauthenticated" });

    const { body: token } = await tenant.api.post(`/v1/clusters/${cluster}/join-tokens`, {});
    const back = connect({ url: token.tunnelUrl, joinToken: token.token });
    await eventually(() => expect(back.open).toBe(true));
    expect((await tenant.api.get(`/v1/clusters/${cluster}`)).body.revokedAt).toBeNull();
  });

  test("a deleted cluster's connector is refused as well", async () => {
    const { connector, cluster } = await join("deleted");
    await tenant.api.delete(`/v1/clusters/${cluster}`, "*");
    expect(await endOf(connector)).toMatchObject({ code: "cluster_revoked" });
  });
});

test("while all handshake places are taken, upgrades are answered 503 with Retry-After, and open sessions go on", async () => {
  await using small = await startTestCloud({ handshakes: 1 });
  const other = await small.tenant("small");
  const { connector } = await joinCluster(other.api, { name: "one" });
  const mute = new TestConnector({ url: connector.url, mute: true });
  mute.connect();
  await eventually(() => expect(mute.connected).toBe(true));
  const turnedAway = new TestConnector({ url: connector.url });
  turnedAway.connect();
  await eventually(() => expect(turnedAway.upgradeStatus).toBe(503));
  expect(connector.open).toBe(true);
  for (const one of [connector, mute, turnedAway]) await one[Symbol.asyncDispose]();
});
