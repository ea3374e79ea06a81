import { expect, test } from "vitest";
import { CertificateCollector, type NodeCertificate } from "./certificates.ts";

const KEY = "fairlead.dev/Certificate/shop/tls";
const GATEWAY = "gateway.networking.k8s.io/Gateway/shop/web";
const certificate = (fingerprint: string, change: Partial<NodeCertificate> = {}): NodeCertificate => ({
  namespace: "shop",
  name: "tls",
  usedBy: [GATEWAY],
  problem: "",
  facts: {
    names: ["shop.example"],
    notBefore: "2026-01-01T00:00:00Z",
    notAfter: `2026-04-01T00:00:${fingerprint}Z`,
    issuer: "CN=CA",
    fingerprint,
  },
  ...change,
});

test("a certificate is as most nodes have it; nodes that have another are named", () => {
  const collector = new CertificateCollector();
  collector.report("n1", [certificate("01")]);
  collector.report("n2", [certificate("02", { usedBy: ["networking.k8s.io/Ingress/shop/web"] })]);
  const merged = collector.report("n3", [certificate("02")]).get(KEY);
  expect(merged).toMatchObject({
    facts: { fingerprint: "02" },
    nodes: ["n2", "n3"],
    otherNodes: ["n1"],
    usedBy: [GATEWAY, "networking.k8s.io/Ingress/shop/web"],
  });
});

test("of forms that equally many nodes have, the one that ends first is shown", () => {
  const collector = new CertificateCollector();
  collector.report("n1", [certificate("05")]);
  expect(collector.report("n2", [certificate("03")]).get(KEY)?.facts?.fingerprint).toBe("03");
});

test("what no node uses any more is gone, whether it stopped using it or left the cluster", () => {
  const collector = new CertificateCollector();
  collector.report("n1", [certificate("01")]);
  collector.report("n2", [certificate("01")]);
  expect(collector.report("n1", []).get(KEY)?.nodes).toEqual(["n2"]);
  expect([...collector.report("n2", undefined)]).toEqual([[KEY, undefined]]);
  expect(collector.nodes()).toEqual(["n1"]);
});
