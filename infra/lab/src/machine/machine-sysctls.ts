import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { claimingDirectories, LABS_FOLDER } from "./claims.ts";
import { waitForLock } from "./file-lock.ts";

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

/**
 * Sets those of the machine's own settings that labs need otherwise. What they were is kept for all labs of the machine
 * together, and the last to go puts it back. Who calls has its cluster numbers already: they say that it is there.
 */
export async function setMachineSysctls(): Promise<void> {
  using _ = await lock();
  if (Number(read(INOTIFY.path)) < INOTIFY.least) set(INOTIFY.path, `${INOTIFY.least}`);
  for (const [path, wanted] of Object.entries(OF_KUBELET)) if (read(path) !== wanted) set(path, wanted);
}

/** Puts the settings back on behalf of the lab in `directory`, unless there is another one. */
export async function restoreMachineSysctls(directory: string): Promise<void> {
  using _ = await lock();
  if (claimingDirectories().some((other) => other !== directory)) return;
  for (const path of keptSysctls()) {
    writeFileSync(path, read(keptFile(path)));
    rmSync(keptFile(path));
  }
}

/** The settings that some lab has changed and none has put back. */
export function keptSysctls(): string[] {
  return [INOTIFY.path, ...Object.keys(OF_KUBELET)].filter((path) => existsSync(keptFile(path)));
}

function set(path: string, value: string): void {
  if (!existsSync(keptFile(path))) {
    // Whole or not at all: a process may end here.
    writeFileSync(`${keptFile(path)}.new`, read(path));
    renameSync(`${keptFile(path)}.new`, keptFile(path));
  }
  writeFileSync(path, value);
}

function keptFile(path: string): string {
  return join(LABS_FOLDER, `before${path.replace("/proc/sys", "").replaceAll("/", ".")}`);
}

function lock(): Promise<Disposable> {
  return waitForLock(join(LABS_FOLDER, "sysctls.lock"), () => {});
}

function read(path: string): string {
  return readFileSync(path, "utf8").trim();
}
