import { execFile } from "node:child_process";

/** Runs a program to its end and gives what it wrote. Throws with its own last words when it fails or is not there. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const settings = {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    maxBuffer: 64 * 1024 ** 2,
  };
  return new Promise((resolve, reject) => {
    execFile(command, args, settings, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else
        reject(
          new Error(`${command} ${args.join(" ")}: ${stderr.trim().split("\n").slice(-5).join("\n") || error.message}`),
        );
    });
  });
}
