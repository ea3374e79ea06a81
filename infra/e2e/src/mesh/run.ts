import { attempt, type CommandOptions } from "@fairlead/testkit";
import { ROOT } from "./root.ts";

/** Runs a program at the repository's root and gives its standard output. Throws with all it said when it fails. */
export async function run(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(argv, { cwd: ROOT, ...options });
  if (code !== 0) throw new Error(`${argv.slice(0, 6).join(" ")} … ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}
