import { join } from "node:path";
import { attempt, type CommandResult } from "@fairlead/testkit";
import type { Instance } from "../instance.ts";
import { root } from "./test-instance.ts";

/** Runs `fairlead` against an instance. */
export function fairlead(instance: Instance, args: readonly string[], input?: string): Promise<CommandResult> {
  const { apiUrl, token, project } = instance.endpoints;
  return attempt([process.execPath, join(root, "apps/cli/src/main.ts"), ...args], {
    cwd: root,
    env: { FAIRLEAD_API_URL: apiUrl, FAIRLEAD_TOKEN: token, FAIRLEAD_PROJECT: project },
    ...(input === undefined ? {} : { input }),
  });
}
