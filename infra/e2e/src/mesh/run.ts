import { type CommandOptions, run as runAnywhere } from "@fairlead/testkit";
import { ROOT } from "./root.ts";

/** The testkit's `run` at the repository's root. */
export function run(command: readonly string[], options: CommandOptions = {}): Promise<string> {
  return runAnywhere(command, { cwd: ROOT, ...options });
}
