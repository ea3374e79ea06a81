import { type Cluster, newId } from "@fairlead/contract";
import { expect, test } from "vitest";
import { clusterTable } from "./get.ts";

const at = "2026-11-01T00:00:00.000Z";
const copied = { type: "IdentityCopied", status: "True", message: "m", since: at, lastSeenAt: at } as const;
const cluster: Cluster = {
  id: newId("clu"),
  name: "one",
  labels: {},
  revision: "1.1",
  connection: { state: "connected", ageMs: 0, lastSeenAt: at, connectorVersion: "1", kubernetesVersion: "1.34" },
  facts: null,
  nodes: [],
  dataPlane: null,
  kubeSystemUid: "uid-1",
  conditions: [
    { ...copied, reason: "OtherCluster" },
    { ...copied, reason: "SecondConnector" },
  ],
  revokedAt: null,
  createdAt: at,
  updatedAt: at,
};

test("what there is to look at stands beside the connector's state, each kind once", () => {
  expect(clusterTable([cluster], Date.parse(at)).split("\n")[1]).toMatch(/^one +connected,IdentityCopied +/);
});
