import type { ClusterCertificate } from "@fairlead/tunnel";
import { describe, expect, test } from "vitest";
import { judgeCertificate, readCertificate } from "./certificates.ts";

const now = Date.parse("2026-06-01T00:00:00Z");
const certificate = (
  notBefore: string,
  notAfter: string,
  change: Partial<ClusterCertificate> = {},
): ClusterCertificate => ({
  namespace: "shop",
  name: "tls",
  usedBy: ["gateway.networking.k8s.io/Gateway/shop/web"],
  problem: "",
  facts: { names: ["shop.example"], notBefore, notAfter, issuer: "CN=CA", fingerprint: "ab" },
  nodes: ["n1"],
  otherNodes: [],
  ...change,
});

describe("a certificate", () => {
  test.each([
    ["valid with 30 days left of a year", "2025-07-01T00:00:00Z", "2026-07-01T00:00:00Z", "valid", ""],
    ["expiring with 29 left", "2025-06-30T00:00:00Z", "2026-06-30T00:00:00Z", "expiring", "expires in 29 days"],
    ["valid in the second third of a short life", "2026-05-30T00:00:00Z", "2026-06-05T00:00:00Z", "valid", ""],
    ["expiring in the last third", "2026-05-28T00:00:00Z", "2026-06-02T12:00:00Z", "expiring", "expires in 1 day"],
    [
      "expired at its last second",
      "2026-01-01T00:00:00Z",
      "2026-06-01T00:00:00Z",
      "expired",
      "expired less than a day ago",
    ],
    [
      "unusable before its first",
      "2026-06-01T00:00:01Z",
      "2027-01-01T00:00:00Z",
      "unusable",
      "is not valid before 2026-06-01T00:00:01Z",
    ],
  ])("is %s", (_, from, until, state, message) => {
    expect(judgeCertificate(certificate(from, until), now)).toMatchObject({ state, message });
  });

  test("that cannot be served says why, and one that differs between nodes says where", () => {
    const broken = certificate("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", { problem: "has no tls.key" });
    expect(judgeCertificate(broken, now)).toMatchObject({ state: "unusable", message: "the Secret has no tls.key" });
    const split = certificate("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", { otherNodes: ["n2", "n3"] });
    expect(judgeCertificate(split, now)).toMatchObject({ state: "valid", message: "another certificate is on n2, n3" });
  });

  test("of another shape than ours is none", () => {
    const key = "fairlead.dev/Certificate/shop/tls";
    const good = certificate("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
    expect(readCertificate(key, JSON.stringify(good))).toEqual(good);
    expect(readCertificate(key, "{}")).toBeUndefined();
    expect(
      readCertificate(key, JSON.stringify({ ...good, facts: { ...good.facts, notAfter: "soon" } })),
    ).toBeUndefined();
    expect(readCertificate("/Service/shop/tls", JSON.stringify(good))).toBeUndefined();
  });
});
