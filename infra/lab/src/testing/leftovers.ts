import { existsSync, readdirSync, readFileSync } from "node:fs";
import { cgroupMounts } from "../machine/cgroups.ts";
import { claimingDirectories } from "../machine/claims.ts";
import { Ledger } from "../machine/ledger.ts";
import { keptSysctls } from "../machine/machine-sysctls.ts";
import { markedProcesses } from "../machine/processes.ts";
import { run } from "../machine/run.ts";
import { clusterAddresses, overlap } from "../plan/addresses.ts";

/** The cluster numbers that the lab in `directory` has claimed so far. */
export function claimedIndices(directory: string): number[] {
  if (!Ledger.exists(directory)) return [];
  using ledger = Ledger.open({ directory });
  return ledger.resources.flatMap((one) => (one.kind === "claim" ? [Number(one.path.split("-").at(-1))] : []));
}

/**
 * Everything on this machine that belongs to the lab of these cluster numbers and this directory, one line each: what a
 * lab has while it runs, and nothing after `down`. Other labs may run beside it.
 */
export async function leftovers(directory: string, indices: readonly number[]): Promise<string[]> {
  const ours = (name: string) => indices.some((index) => new RegExp(`^flab${index}(n\\d+|r|-.+)?$`).test(name));
  const links: readonly { readonly ifname: string }[] = JSON.parse(await run(["ip", "-json", "link"]));
  const routes: readonly { readonly dst: string }[] = JSON.parse(await run(["ip", "-4", "-json", "route"]));
  const ranges = indices.map(clusterAddresses).flatMap(({ segment, podCidr }) => [segment, podCidr]);
  const { v1, v2 } = cgroupMounts();
  return [
    ...links.filter(({ ifname }) => ours(ifname)).map(({ ifname }) => `link ${ifname}`),
    ...routes
      .filter(({ dst }) => dst !== "default" && ranges.some((range) => overlap(range, dst)))
      .map(({ dst }) => `route ${dst}`),
    ...(await run(["ip", "rule"])).split("\n").filter((rule) => /flab/.test(rule)),
    ...(await run(["nft", "list", "tables"])).split("\n").filter((table) => /fairlead-lab|kube-proxy/.test(table)),
    ...list("/run/netns")
      .filter(ours)
      .map((name) => `namespace ${name}`),
    ...mounts().filter((path) => path.startsWith(directory) || ours(path.split("/").at(-1) ?? "")),
    ...[...v1, ...v2]
      .flatMap((mount) => indices.map((index) => `${mount}/fairlead-lab/c${index}`))
      .filter((path) => existsSync(path)),
    ...markedProcesses(directory).map(({ pid }) => `process ${pid}`),
    // What containers are in when nobody says where, for all labs alike.
    ...[...v1, ...v2].flatMap((mount) => [`${mount}/k8s.io`, `${mount}/kubepods`]).filter((path) => existsSync(path)),
    // Kept for labs that run; there may be others.
    ...(claimingDirectories().length === 0 ? keptSysctls().map((path) => `sysctl ${path}`) : []),
    ...indices.map((index) => `/run/lock/fairlead-lab/cluster-${index}`).filter((path) => owner(path) === directory),
    ...[directory, `${directory}.lock`].filter((path) => existsSync(path)),
  ];
}

function mounts(): string[] {
  return readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .flatMap((line) => line.split(" ")[1] ?? []);
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function owner(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
