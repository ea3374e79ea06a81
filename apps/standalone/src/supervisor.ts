import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fullJitter, type Log, MeshError, systemClock } from "@fairlead/core";
import { processStartTime, readPidFiles } from "./process-table.ts";

/** One process that the supervisor keeps alive. */
export interface ProcessSpec {
  /** Unique; also names the log and the pid file. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to the supervisor's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Resolves once the process does its job; asked again until it does or `readyTimeoutMs` is over. */
  readonly ready?: () => Promise<boolean>;
  /** Default 60 s. */
  readonly readyTimeoutMs?: number;
  /** How it is asked to stop. Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals;
}

export interface SupervisorOptions {
  /** Logs go to `logs/<name>.log` below it, pid files to `run/<name>.pid`. */
  readonly directory: string;
  readonly log: Log;
  /** Wraps a command so that the kernel ends it should the supervisor die without a word. */
  readonly guard?: (command: string, args: readonly string[], signal: NodeJS.Signals) => [string, string[]];
}

/** How long a process may take to end before it is killed, in milliseconds. */
const STOP_TIMEOUT_MS = 8_000;
const RESTART = { baseMs: 200, maxMs: 5_000 };

interface Running {
  readonly spec: ProcessSpec;
  child: ChildProcess | undefined;
  attempt: number;
  startedAt: number;
}

/** Starts processes, restarts those that end by themselves, and stops them all in reverse order. */
export class Supervisor implements AsyncDisposable {
  readonly #options: SupervisorOptions;
  readonly #running = new Map<string, Running>();
  #stopping = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    mkdirSync(join(options.directory, "logs"), { recursive: true });
    mkdirSync(join(options.directory, "run"), { recursive: true });
  }

  /** Ends what an earlier supervisor of this folder left behind, by its pid files. */
  async reap(): Promise<void> {
    for (const name of readPidFiles(join(this.#options.directory, "run"))) {
      const file = this.#pidFile(name);
      const [pid, startTime] = readFileSync(file, "utf8").split(" ");
      if (pid !== undefined && startTime !== undefined && processStartTime(Number(pid)) === startTime.trim()) {
        process.kill(Number(pid), "SIGKILL");
        await waitUntil(() => processStartTime(Number(pid)) === undefined, STOP_TIMEOUT_MS);
      }
      rmSync(file, { force: true });
    }
  }

  /** Starts a process and resolves once it is ready. Throws `timeout` with the end of its log when it is not in time. */
  async start(spec: ProcessSpec): Promise<void> {
    const running: Running = { spec, child: undefined, attempt: 0, startedAt: 0 };
    this.#running.set(spec.name, running);
    this.#spawn(running);
    const deadline = Date.now() + (spec.readyTimeoutMs ?? 60_000);
    while (spec.ready !== undefined && !(await isReady(spec.ready))) {
      if (this.#stopping) return;
      if (Date.now() > deadline) {
        throw new MeshError("timeout", {
          public: `${spec.name} did not become ready. The end of its log:\n${this.logTail(spec.name)}`,
        });
      }
      await systemClock.sleep(25);
    }
  }

  /** The process id now, or undefined while it is between two lives. */
  pid(name: string): number | undefined {
    return this.#running.get(name)?.child?.pid;
  }

  /** Path of a process's log. */
  logFile(name: string): string {
    return join(this.#options.directory, "logs", `${name}.log`);
  }

  /** The last lines a process wrote. */
  logTail(name: string, lines = 15): string {
    if (!existsSync(this.logFile(name))) return "";
    return readFileSync(this.logFile(name), "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  }

  /** Stops everything, last started first. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true;
    for (const running of [...this.#running.values()].reverse()) await this.#stop(running);
  }

  #spawn(running: Running): void {
    const { spec } = running;
    const output = openSync(this.logFile(spec.name), "a", 0o600);
    const [command, args] = this.#options.guard?.(spec.command, spec.args, "SIGKILL") ?? [spec.command, [...spec.args]];
    const child = spawn(command, args, {
      env: { ...process.env, ...spec.env },
      stdio: ["ignore", output, output],
      // A group of its own, so that Ctrl-C reaches the supervisor alone and it decides on the order.
      detached: true,
    });
    closeSync(output);
    running.child = child;
    running.startedAt = Date.now();
    if (child.pid !== undefined) {
      writeFileSync(this.#pidFile(spec.name), `${child.pid} ${processStartTime(child.pid) ?? ""}`);
    }
    child.on("error", (error) => this.#options.log.error("process did not start", { process: spec.name, error }));
    child.on("exit", (code, signal) => this.#onExit(running, code, signal));
  }

  #onExit(running: Running, code: number | null, signal: NodeJS.Signals | null): void {
    const { name } = running.spec;
    running.child = undefined;
    rmSync(this.#pidFile(name), { force: true });
    if (this.#stopping) return;
    if (Date.now() - running.startedAt > 10_000) running.attempt = 0;
    const delayMs = running.attempt === 0 ? 0 : fullJitter(running.attempt, RESTART);
    running.attempt++;
    this.#options.log.warn("process ended, starting it again", { process: name, code, signal, delayMs });
    setTimeout(() => {
      if (!this.#stopping) this.#spawn(running);
    }, delayMs);
  }

  async #stop(running: Running): Promise<void> {
    const { child, spec } = running;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill(spec.stopSignal ?? "SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(timer);
  }

  #pidFile(name: string): string {
    return join(this.#options.directory, "run", `${name}.pid`);
  }
}

async function isReady(ready: () => Promise<boolean>): Promise<boolean> {
  try {
    return await ready();
  } catch {
    return false;
  }
}

async function waitUntil(done: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!done() && Date.now() < deadline) await systemClock.sleep(20);
}
