import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLog } from "@fairlead/core";
import { type Instance, type InstanceOptions, startInstance } from "../instance.ts";

/** The repository's root. */
export const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** A port region of its own for an instance, so that test files that run side by side never look for the same port. */
export function basePort(): number {
  return 10_000 + 100 * randomInt(180);
}

/** An instance in a folder of its own, gone when disposed. */
export async function testInstance(options: Partial<InstanceOptions> = {}): Promise<Instance> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "fairlead-e2e-"));
  const envoy = join(process.env.FAIRLEAD_CACHE ?? join(homedir(), ".cache", "fairlead"), "envoy-1.40.0", "envoy");
  const log = createLog({ app: "standalone", level: "error" });
  try {
    const instance = await startInstance({ root, directory, envoy, log, basePort: basePort(), ...options });
    return {
      ...instance,
      [Symbol.asyncDispose]: async () => {
        await instance[Symbol.asyncDispose]();
        rmSync(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}
