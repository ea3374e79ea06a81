import { execFile } from "node:child_process";

export interface RunOptions {
  /** Given on standard input. */
  readonly input?: string;
  /** Default: where we run. */
  readonly cwd?: string;
  /** Ends the command after this long, in milliseconds. Default 60,000. */
  readonly timeoutMs?: number;
}

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end, whatever that is. A command that is not there ends with 127. */
export function attempt(command: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const [file = "", ...args] = command;
  return new Promise((resolve) => {
    const child = execFile(
      file,
      args,
      { cwd: options.cwd, maxBuffer: 1 << 28, timeout: options.timeoutMs ?? 60_000, killSignal: "SIGKILL" },
      (error, stdout, stderr) => {
        const code =
          error === null ? 0 : typeof error.code === "number" ? error.code : error.code === "ENOENT" ? 127 : 1;
        resolve({ code, stdout, stderr: error !== null && stderr === "" ? error.message : stderr });
      },
    );
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.input ?? "");
  });
}

/** Runs a command and gives what it wrote. Throws, with its words, unless it ends with 0. */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(command, options);
  if (code === 0) return stdout;
  throw new Error(`${command.join(" ").slice(0, 300)} ended with ${code}: ${stderr.trim().slice(-1000)}`);
}
