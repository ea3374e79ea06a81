import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { LoadReport } from "./load.ts";

/** A backend process that names itself in `x-backend`. */
export interface Backend extends Disposable {
  readonly name: string;
  readonly port: number;
}

/** Starts a backend and resolves once it listens. */
export async function startBackend(name: string): Promise<Backend> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("backend.ts", import.meta.url)), name], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const [line] = await once(child.stdout ?? child, "data");
  return { name, port: Number(String(line).trim()), [Symbol.dispose]: () => child.kill("SIGKILL") };
}

/** A running load; `stop` ends it and gives its report. */
export interface Load extends Disposable {
  stop(): Promise<LoadReport>;
}

/** Starts an open-loop load of `rate` requests per second in a process of its own. */
export function startLoad(target: string, host: string, rate: number): Load {
  const child = fork(fileURLToPath(new URL("load.ts", import.meta.url)), [target, host, `${rate}`]);
  return {
    stop: async () => {
      const report = once(child, "message");
      child.send("stop");
      const [message] = await report;
      return message;
    },
    [Symbol.dispose]: () => kill(child),
  };
}

/** CPU time a process has used so far, in milliseconds. Source: proc(5), /proc/pid/stat fields 14 and 15. */
export function cpuMs(pid: number | undefined): number {
  if (pid === undefined) return Number.NaN;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const TICK_MS = 10;
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function kill(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
}
