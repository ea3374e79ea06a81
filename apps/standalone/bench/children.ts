import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
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

function kill(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
}
