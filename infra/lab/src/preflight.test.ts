import { describe, expect, test } from "vitest";
import { overlappingRanges } from "./machine/claims.ts";
import { type MachineFacts, preflight } from "./preflight.ts";

const able: MachineFacts = {
  uid: 0,
  platform: "linux/x64",
  missingCommands: [],
  canBuild: true,
  tried: {
    "network namespaces": undefined,
    "mount namespaces": undefined,
    veth: undefined,
    bridge: undefined,
    nftables: undefined,
    overlayfs: undefined,
    bpffs: undefined,
    cgroup2: undefined,
    "memory cgroup": undefined,
    "pids cgroup": undefined,
  },
  overlaps: [],
};

describe("preflight", () => {
  test("a machine that can run a lab gets no objection", () => {
    expect(preflight(able)).toEqual([]);
  });

  test("an ordinary user is told to use sudo, and nothing else that only root could know", () => {
    const facts = { ...able, uid: 1000, tried: { ...able.tried, veth: "Operation not permitted" } };
    expect(preflight(facts)).toEqual([
      "A lab makes namespaces, devices and mounts, which takes root: run the same command with sudo.",
    ]);
  });

  test("another system is named", () => {
    expect(preflight({ ...able, platform: "darwin/arm64" })).toEqual([
      "A lab runs on Linux on x86-64; this is darwin/arm64.",
    ]);
  });

  test("every missing feature and command is named, with the kernel's words", () => {
    const facts: MachineFacts = {
      ...able,
      missingCommands: ["ip", "openssl"],
      canBuild: false,
      tried: { ...able.tried, overlayfs: "unknown filesystem type 'overlay'", bridge: "" },
      overlaps: ["198.18.4.0/22"],
    };
    expect(preflight(facts)).toEqual([
      "These commands are missing: ip, openssl. Install them with the system's packages.",
      "Go 1.24 or newer is needed to build Kubernetes with (https://go.dev/dl).",
      "The kernel lacks bridge (no reason given).",
      "The kernel lacks overlayfs (unknown filesystem type 'overlay').",
      "This machine uses 198.18.4.0/22 itself, and a lab would take 198.18.0.0/15 away from it. Move those addresses, or use another machine.",
    ]);
  });

  test("only what the machine itself routes in the labs' range counts, not what labs have made", () => {
    const routes = ["default", "10.0.0.0/8", "198.18.8.0/24", "198.19.17.0/24", "198.18.1.0/24", "198.19.0.9"];
    expect(overlappingRanges(routes)).toEqual(["198.18.1.0/24", "198.19.0.9"]);
  });
});
