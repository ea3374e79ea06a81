import { readFileSync, writeFileSync } from "node:fs";
import type { Ledger } from "./ledger.ts";

/** Every kubelet, containerd and many pods take some; the usual 128 end with the second node. */
const INOTIFY = { path: "/proc/sys/fs/inotify/max_user_instances", least: 8192 };

/** Settings of the whole machine that a kubelet writes when it starts, and what it wants them to be. */
const OF_KUBELET: Readonly<Record<string, string>> = {
  "/proc/sys/kernel/keys/root_maxbytes": "25000000",
  "/proc/sys/kernel/keys/root_maxkeys": "1000000",
  "/proc/sys/kernel/panic": "10",
  "/proc/sys/kernel/panic_on_oops": "1",
  "/proc/sys/vm/overcommit_memory": "1",
  "/proc/sys/vm/panic_on_oom": "0",
};

/** Sets those of the machine's own settings that a lab needs otherwise; `down` puts back what they were. */
export async function setMachineSysctls(ledger: Ledger): Promise<void> {
  if (Number(read(INOTIFY.path)) < INOTIFY.least) await set(ledger, INOTIFY.path, `${INOTIFY.least}`);
  for (const [path, wanted] of Object.entries(OF_KUBELET)) {
    if (read(path) !== wanted) await set(ledger, path, wanted);
  }
}

function set(ledger: Ledger, path: string, value: string): Promise<void> {
  return ledger.make({ kind: "sysctl", path, before: read(path) }, () => writeFileSync(path, value));
}

function read(path: string): string {
  return readFileSync(path, "utf8").trim();
}
