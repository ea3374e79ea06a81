import { existsSync } from "node:fs";
import { MeshError } from "@fairlead/core";
import { waitForLock } from "../machine/file-lock.ts";
import { attempt } from "../machine/run.ts";
import type { Say } from "../stages.ts";

/** The folder Debian puts CNI plugins in. */
export const CNI_PLUGINS = "/usr/lib/cni";

/** Packages a lab needs, and a file that shows whether each is there. */
const packages: Readonly<Record<string, readonly string[]>> = {
  "etcd-server": ["/usr/bin/etcd"],
  containerd: ["/usr/bin/containerd", "/usr/local/bin/containerd"],
  runc: ["/usr/sbin/runc", "/usr/bin/runc", "/usr/local/sbin/runc"],
  "containernetworking-plugins": [`${CNI_PLUGINS}/ptp`],
  nftables: ["/usr/sbin/nft"],
  iproute2: ["/usr/sbin/ip", "/sbin/ip"],
  conntrack: ["/usr/sbin/conntrack"],
};

/** Installs what is missing with apt-get. Throws `unavailable`, naming the packages, where there is no apt-get. */
export async function ensureSystemPackages(say: Say): Promise<void> {
  if (missing().length === 0) return;
  using _ = await waitForLock("/run/lock/fairlead-apt", ({ pid }) =>
    say(`process ${pid} is installing packages; waiting`),
  );
  const wanted = missing();
  if (wanted.length === 0) return;
  if ((await attempt(["apt-get", "--version"])).code !== 0) {
    throw new MeshError("unavailable", {
      public: `Install these first (there is no apt-get here to do it): ${wanted.join(", ")}`,
    });
  }
  say(`installing ${wanted.join(", ")} with apt-get`);
  const install = [
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    "apt-get",
    "-o",
    "DPkg::Lock::Timeout=300",
    "install",
    "-y",
    "--no-install-recommends",
    ...wanted,
  ];
  const first = await attempt(install, { timeoutMs: 600_000 });
  if (first.code === 0) return;
  say("the package lists are missing or old; updating them");
  await attempt(["apt-get", "update", "-qq"], { timeoutMs: 600_000 });
  const second = await attempt(install, { timeoutMs: 600_000 });
  if (second.code !== 0)
    throw new Error(`apt-get install ended with ${second.code}: ${second.stderr.trim().slice(-1000)}`);
}

function missing(): string[] {
  return Object.entries(packages)
    .filter(([, files]) => !files.some((file) => existsSync(file)))
    .map(([name]) => name);
}
