import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { removeCgroup } from "./cgroups.ts";
import { restoreMachineSysctls } from "./machine-sysctls.ts";
import { killAll, markedProcesses } from "./processes.ts";
import type { Resource } from "./resource.ts";
import { attempt, run } from "./run.ts";

/** Takes a resource away. One that is not there, or was never made, is fine; what cannot be taken away throws. */
export async function removeResource(resource: Resource): Promise<void> {
  switch (resource.kind) {
    case "directory":
      return rmSync(resource.path, { recursive: true, force: true });
    case "claim":
      if (readIfThere(resource.path) === resource.owner) rmSync(resource.path, { force: true });
      return;
    case "namespace-folder":
      return removeNamespaceFolder(resource.path);
    case "namespace":
      if (existsSync(`/run/netns/${resource.name}`)) await removeNamespace(resource.name);
      return;
    case "link":
      if ((await attempt(["ip", "link", "show", "dev", resource.name])).code === 0) {
        await run(["ip", "link", "del", "dev", resource.name]);
      }
      return;
    case "route":
      // Goes with its device, which may be gone already.
      await attempt(["ip", "route", "del", resource.to, "via", resource.via, "dev", resource.device]);
      return;
    case "sysctls":
      return restoreMachineSysctls(resource.owner);
    case "cgroup":
      return removeCgroup(resource.path);
    case "process":
      return killAll(() => markedProcesses(resource.mark));
    default:
      return resource satisfies never;
  }
}

/** A crash between making the name and binding the namespace to it leaves a plain file that `ip` cannot delete. */
async function removeNamespace(name: string): Promise<void> {
  const { code, stderr } = await attempt(["ip", "netns", "del", name]);
  if (code === 0) return;
  rmSync(`/run/netns/${name}`, { force: true });
  if (existsSync(`/run/netns/${name}`)) throw new Error(`namespace ${name} cannot be deleted: ${stderr.trim()}`);
}

async function removeNamespaceFolder(path: string): Promise<void> {
  if (!existsSync(path) || readdirSync(path).length > 0) return;
  while (isMountPoint(path)) await run(["umount", path]);
  rmdirSync(path);
}

/** Whether something is mounted exactly here, in our mount namespace. */
export function isMountPoint(path: string): boolean {
  return readFileSync("/proc/self/mountinfo", "utf8")
    .split("\n")
    .some((line) => line.split(" ")[4] === path);
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
