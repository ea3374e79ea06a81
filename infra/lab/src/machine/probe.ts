import { findGo } from "@fairlead/testkit";
import { kubernetesIsBuilt } from "../binaries/kubernetes.ts";
import type { Feature, MachineFacts } from "../preflight.ts";
import { cgroupMounts } from "./cgroups.ts";
import { overlappingRanges } from "./claims.ts";
import { attempt } from "./run.ts";

/** What a lab calls, besides what it installs itself. */
const COMMANDS = ["ip", "nsenter", "unshare", "mount", "umount", "sysctl", "hostname", "openssl", "tar"];

/** Finds out, by trying in namespaces that go at once, what this machine can do. Changes nothing. */
export async function probeMachine(): Promise<MachineFacts> {
  const uid = process.getuid?.() ?? -1;
  const missing = await Promise.all(
    COMMANDS.map(async (name) => ((await attempt(["sh", "-c", `command -v ${name}`])).code === 0 ? [] : [name])),
  );
  return {
    uid,
    platform: `${process.platform}/${process.arch}`,
    missingCommands: missing.flat(),
    canBuild: kubernetesIsBuilt() || (await findGo()) !== undefined,
    tried: uid === 0 ? await tryFeatures() : untried,
    overlaps: overlappingRanges(await destinations()),
  };
}

const scratch: Readonly<Record<Exclude<Feature, "cgroup2" | "memory cgroup" | "pids cgroup">, readonly string[]>> = {
  "network namespaces": ["unshare", "--net", "true"],
  "mount namespaces": ["unshare", "--mount", "true"],
  veth: ["unshare", "--net", "ip", "link", "add", "probe0", "type", "veth", "peer", "name", "probe1"],
  bridge: ["unshare", "--net", "ip", "link", "add", "probe0", "type", "bridge"],
  // The tool may not be installed yet; opening the kernel's side is what counts.
  nftables: ["unshare", "--net", "sh", "-c", "if command -v nft > /dev/null; then nft add table ip probe; fi"],
  overlayfs: [
    "unshare",
    "--mount",
    "sh",
    "-c",
    "mount -t tmpfs tmpfs /mnt && mkdir /mnt/l /mnt/u /mnt/w /mnt/m && " +
      "mount -t overlay -o lowerdir=/mnt/l,upperdir=/mnt/u,workdir=/mnt/w overlay /mnt/m",
  ],
  bpffs: ["unshare", "--mount", "mount", "-t", "bpf", "bpf", "/mnt"],
};

const untried: MachineFacts["tried"] = {
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
};

async function tryFeatures(): Promise<MachineFacts["tried"]> {
  const outcome = async (command: readonly string[]): Promise<string | undefined> => {
    const { code, stderr } = await attempt(command);
    return code === 0 ? undefined : stderr.trim();
  };
  const [network, mounts, veth, bridge, nftables, overlayfs, bpffs] = await Promise.all([
    outcome(scratch["network namespaces"]),
    outcome(scratch["mount namespaces"]),
    outcome(scratch.veth),
    outcome(scratch.bridge),
    outcome(scratch.nftables),
    outcome(scratch.overlayfs),
    outcome(scratch.bpffs),
  ]);
  return {
    "network namespaces": network,
    "mount namespaces": mounts,
    veth,
    bridge,
    nftables,
    overlayfs,
    bpffs,
    ...cgroups(),
  };
}

/** Looks at what is mounted: a lab does not change the machine's cgroup set-up. */
function cgroups(): Pick<MachineFacts["tried"], "cgroup2" | "memory cgroup" | "pids cgroup"> {
  const { v1, v2 } = cgroupMounts();
  const pure = v1.length === 0 && v2.length > 0;
  const has = (name: string) => pure || v1.some((path) => path.split("/").at(-1)?.split(",").includes(name));
  const reason = (name: string) =>
    has(name) ? undefined : `no cgroup hierarchy with the ${name} controller is mounted`;
  return {
    cgroup2: v2.length > 0 ? undefined : "no cgroup2 hierarchy is mounted; mount one at /sys/fs/cgroup/unified",
    "memory cgroup": reason("memory"),
    "pids cgroup": reason("pids"),
  };
}

/** Destinations of all routes of the machine, in all its tables. */
async function destinations(): Promise<string[]> {
  const { code, stdout } = await attempt(["ip", "-4", "-json", "route", "show", "table", "main"]);
  if (code !== 0 || stdout.trim() === "") return [];
  const routes: readonly { readonly dst: string }[] = JSON.parse(stdout);
  return routes.map(({ dst }) => dst);
}
