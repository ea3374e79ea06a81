import * as testkit from "@fairlead/testkit";

/** How long a command of ours may take unless more is asked for, in milliseconds. */
const PATIENCE_MS = 60_000;

/** The testkit's `attempt`, ended after a minute unless told otherwise: nothing of a lab may hang. */
export function attempt(
  command: readonly string[],
  options: testkit.CommandOptions = {},
): Promise<testkit.CommandResult> {
  return testkit.attempt(command, { timeoutMs: PATIENCE_MS, ...options });
}

/** The testkit's `run`, with the same patience. */
export function run(command: readonly string[], options: testkit.CommandOptions = {}): Promise<string> {
  return testkit.run(command, { timeoutMs: PATIENCE_MS, ...options });
}
