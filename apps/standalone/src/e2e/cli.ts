import { join } from "node:path";
import type { Instance } from "../instance.ts";
import { type CommandResult, run } from "./command.ts";
import { root } from "./test-instance.ts";

/** Runs `fairlead` against an instance. */
export function fairlead(instance: Instance, args: readonly string[], input?: string): Promise<CommandResult> {
  const { apiUrl, token, project } = instance.endpoints;
  return run(process.execPath, [join(root, "apps/cli/src/main.ts"), ...args], {
    env: { FAIRLEAD_API_URL: apiUrl, FAIRLEAD_TOKEN: token, FAIRLEAD_PROJECT: project },
    ...(input === undefined ? {} : { input }),
  });
}
