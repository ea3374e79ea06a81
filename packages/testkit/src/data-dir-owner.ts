import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Makes this process the one that runs the server of a data folder. Throws when another living one does. A server
 * left behind by a supervisor that was killed is stopped, and its stale lock file removed: PostgreSQL itself cannot
 * tell a stale lock from a live one once its process number was given to somebody else.
 */
export async function ownDataDir(dataDir: string, cluster: string): Promise<() => void> {
  const ownerFile = join(dataDir, "owner");
  const owner = read(ownerFile);
  const me = identity(process.pid);
  if (owner !== undefined && owner !== me && identity(Number(owner.split(" ")[0])) === owner) {
    throw new Error(`${dataDir} is in use by process ${owner.split(" ")[0]}: stop that one first`);
  }
  writeFileSync(ownerFile, `${me}`, { mode: 0o600 });
  await stopOrphan(cluster);
  return () => rmSync(ownerFile, { force: true });
}

async function stopOrphan(cluster: string): Promise<void> {
  const lock = join(cluster, "postmaster.pid");
  const pid = Number(read(lock)?.split("\n")[0]);
  for (let waited = 0; Number.isInteger(pid) && runs(pid, cluster); waited += 50) {
    if (waited === 0) process.kill(pid, "SIGINT");
    if (waited === 10_000) process.kill(pid, "SIGQUIT");
    if (waited >= 20_000) throw new Error(`PostgreSQL process ${pid} of ${cluster} does not end`);
    await sleep(50);
  }
  rmSync(lock, { force: true });
}

/** Whether this process is a server of this cluster. */
function runs(pid: number, cluster: string): boolean {
  return read(`/proc/${pid}/cmdline`)?.split("\0").includes(cluster) ?? false;
}

/** A process's number and start time: numbers are given again, the pair is not. */
function identity(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The second field is the name in parentheses and may hold anything; the start time is the 22nd.
  const start = stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  return start === undefined ? undefined : `${pid} ${start}`;
}

function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
