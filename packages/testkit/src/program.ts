import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Put before everything, such as `unshare …`. */
  readonly prefix?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Run as this user and group. Default: ours. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** The signal that asks it to end; also sent by the kernel when we die first. Default SIGTERM. */
  readonly stopSignal?: "SIGTERM" | "SIGINT";
  /** Called with every line it writes. */
  readonly onLine?: (line: string) => void;
}

/** A child process whose output is kept and which does not outlive us. */
export interface Program {
  readonly pid: number;
  /** The last 2,000 lines of output. */
  readonly lines: readonly string[];
  /** Resolves when it has ended, with what ended it. */
  readonly ended: Promise<string>;
  isRunning(): boolean;
  /** Asks it to end, and kills it after `graceMs` (default 10,000). */
  stop(graceMs?: number): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C reaches only its supervisor, which then ends its
 * children in order. Where `setpriv` exists the kernel signals the program should the supervisor be killed.
 */
export function startProgram(options: ProgramOptions): Program {
  const stopSignal = options.stopSignal ?? "SIGTERM";
  const leash = findOnPath("setpriv") === undefined ? [] : ["setpriv", "--pdeathsig", stopSignal.slice(3)];
  // The leash goes after the prefix: entering a user namespace would cut it.
  const [command = options.command, ...args] = [...(options.prefix ?? []), ...leash, options.command, ...options.args];
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: { ...process.env, ...options.env },
    ...options.user,
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      if (lines.push(line) > 2000) lines.splice(0, 1000);
      options.onLine?.(line);
    });
  }
  const ended = endOf(child);
  const isRunning = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const signalAndWait = async (signal: NodeJS.Signals, graceMs: number) => {
    if (!isRunning()) return;
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await ended;
    clearTimeout(timer);
  };
  return {
    pid: child.pid ?? -1,
    lines,
    ended,
    isRunning,
    stop: (graceMs = 10_000) => signalAndWait(stopSignal, graceMs),
    kill: () => signalAndWait("SIGKILL", 10_000),
  };
}

function findOnPath(command: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(signal === null ? `exit code ${code}` : `${signal}`));
  });
}
