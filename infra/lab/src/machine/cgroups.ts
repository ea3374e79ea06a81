import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { identify, killAll, type ProcessIdentity } from "./processes.ts";

/** Mount points of every cgroup hierarchy of this machine, by version. */
export function cgroupMounts(mounts = readFileSync("/proc/mounts", "utf8")): { v1: string[]; v2: string[] } {
  const of = (type: string) =>
    mounts
      .split("\n")
      .map((line) => line.split(" "))
      .flatMap(([, path, kind]) => (kind === type && path !== undefined ? [path] : []));
  return { v1: of("cgroup"), v2: of("cgroup2") };
}

/**
 * Makes a cgroup in every hierarchy. One for processors takes over its parent's, without which nothing may run in it
 * and a kubelet cannot set limits.
 */
export function makeCgroup(path: string): void {
  const { v1, v2 } = cgroupMounts();
  for (const mount of [...v1, ...v2]) {
    mkdirSync(join(mount, path), { recursive: true });
    const folders = path.split("/").filter(Boolean);
    for (const [depth] of folders.entries()) inheritProcessors(join(mount, ...folders.slice(0, depth + 1)));
  }
}

function inheritProcessors(folder: string): void {
  for (const name of ["cpuset.cpus", "cpuset.mems"]) {
    const [own, parents] = [join(folder, name), join(dirname(folder), name)];
    // Empty in a new one of cgroup v1; version 2 inherits by itself and has no such file at its root.
    if (!existsSync(own) || !existsSync(parents) || readFileSync(own, "utf8").trim() !== "") continue;
    const value = readFileSync(parents, "utf8").trim();
    if (value !== "") writeFileSync(own, value);
  }
}

/** The file of the unified hierarchy that moves processes into a cgroup, which is made when missing. */
export function unifiedProcs(path: string): string {
  const [mount] = cgroupMounts().v2;
  if (mount === undefined) throw new Error("no cgroup2 hierarchy is mounted");
  mkdirSync(join(mount, path), { recursive: true });
  return join(mount, path, "cgroup.procs");
}

/** Kills everything in a cgroup of any hierarchy and removes it, its children, and its parents that are left empty. */
export async function removeCgroup(path: string): Promise<void> {
  const { v1, v2 } = cgroupMounts();
  const folders = [...v1, ...v2].map((mount) => ({ mount, folder: join(mount, path) }));
  await killAll(() => folders.flatMap(({ folder }) => processesBelow(folder)));
  for (const { mount, folder } of folders) {
    if (existsSync(folder)) await removeTree(folder);
    for (let parent = dirname(folder); parent !== mount && removeIfEmpty(parent); parent = dirname(parent));
  }
}

function processesBelow(folder: string): ProcessIdentity[] {
  if (!existsSync(folder)) return [];
  const own = readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  return [
    ...own.filter((pid) => pid > 0 && pid !== process.pid).flatMap((pid) => identify(pid) ?? []),
    ...children(folder).flatMap(processesBelow),
  ];
}

async function removeTree(folder: string): Promise<void> {
  for (const child of children(folder)) await removeTree(child);
  const deadline = Date.now() + 10_000;
  // A process that was killed may still be on its way out.
  while (!removeIfEmpty(folder)) {
    if (Date.now() > deadline) throw new Error(`cgroup ${folder} does not become empty`);
    await sleep(20);
  }
}

/** Whether the cgroup is gone. */
function removeIfEmpty(folder: string): boolean {
  if (!existsSync(folder)) return true;
  if (children(folder).length > 0) return false;
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

function children(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name));
}
