import { execFile } from "node:child_process";

/** How a command ended and what it said. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Default: where we run. */
  readonly cwd?: string;
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Its standard input. Default: nothing. */
  readonly input?: string;
  /** Ends the command after this long, in milliseconds. Default: never. */
  readonly timeoutMs?: number;
}

const MAX_OUTPUT_BYTES = 1 << 28;

/** Runs a command to its end, whatever that is. A command that is not there ends with 127, one that is killed with 1. */
export function attempt(command: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [file = "", ...args] = command;
  const { cwd, env, input = "", timeoutMs } = options;
  const settings = {
    cwd,
    env: { ...process.env, ...env },
    maxBuffer: MAX_OUTPUT_BYTES,
    timeout: timeoutMs ?? 0,
    killSignal: "SIGKILL",
  } as const;
  return new Promise((resolve) => {
    const child = execFile(file, args, settings, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : error.code === "ENOENT" ? 127 : 1;
      resolve({ code, stdout, stderr: error !== null && stderr === "" ? error.message : stderr });
    });
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

/** Runs a command and gives what it wrote. Throws, with its words, unless it ends with 0. */
export async function run(command: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(command, options);
  if (code === 0) return stdout;
  throw new Error(`${command.join(" ").slice(0, 300)} ended with ${code}: ${stderr.trim().slice(-1000)}`);
}
