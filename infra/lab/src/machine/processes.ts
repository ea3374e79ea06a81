import { spawn } from "node:child_process";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** The variable that marks a lab's processes; what they start inherits it. */
const MARK = "FAIRLEAD_LAB_PROCESS";

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot at which it started. */
  readonly startTime: number;
}

/**
 * Starts a command that outlives us, in a session of its own, its output appended to `log`.
 * Carries `mark` in its environment, by which `markedProcesses` finds it even when we die at once.
 */
export function startDetached(command: readonly string[], mark: string, log: string): ProcessIdentity {
  const [file = "", ...args] = command;
  const output = openSync(log, "a", 0o644);
  try {
    const child = spawn(file, args, {
      detached: true,
      stdio: ["ignore", output, output],
      // Nothing of ours but what programs are found by: a proxy meant for us would come between the cluster's parts.
      env: { PATH: `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`, HOME: "/root", [MARK]: mark },
      cwd: "/",
    });
    child.on("error", () => {});
    child.unref();
    const identity = child.pid === undefined ? undefined : identify(child.pid);
    if (identity === undefined) throw new Error(`${file} could not be started`);
    return identity;
  } finally {
    closeSync(output);
  }
}

/** The living process with this number, or undefined. A zombie does not count. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // The second field is the name in parentheses and may hold anything; state is the third, start time the 22nd.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ") ?? [];
  const startTime = Number(fields[19]);
  return fields[0] === undefined || fields[0] === "Z" || fields[0] === "X" ? undefined : { pid, startTime };
}

/** Whether exactly this process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.startTime === identity.startTime;
}

/** All living processes marked with `mark`, or with any mark that begins with it and a slash. */
export function markedProcesses(mark: string): ProcessIdentity[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      const found = markOf(read(`/proc/${pid}/environ`));
      return found === mark || (found?.startsWith(`${mark}/`) ?? false);
    })
    .flatMap((pid) => identify(Number(pid)) ?? []);
}

/** Sends SIGKILL until `list` finds none. Throws, naming them, when some are left after `timeoutMs`. */
export async function killAll(list: () => readonly ProcessIdentity[], timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const left = list();
    if (left.length === 0) return;
    if (Date.now() > deadline) throw new Error(`processes ${left.map(({ pid }) => pid).join(", ")} do not end`);
    for (const { pid } of left) signal(pid, "SIGKILL");
    await sleep(20);
  }
}

/** Asks a process to end, kills it after `graceMs`, and returns once it is gone. */
export async function stopProcess(identity: ProcessIdentity, graceMs = 10_000): Promise<void> {
  if (isAlive(identity)) signal(identity.pid, "SIGTERM");
  const deadline = Date.now() + graceMs;
  while (isAlive(identity) && Date.now() < deadline) await sleep(20);
  await killAll(() => (isAlive(identity) ? [identity] : []));
}

function signal(pid: number, name: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended by itself meanwhile.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function markOf(environment: string | undefined): string | undefined {
  const entry = environment?.split("\0").find((line) => line.startsWith(`${MARK}=`));
  return entry?.slice(MARK.length + 1);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
