import { parseArgs } from "node:util";
import { type Log, MeshError } from "@fairlead/core";
import { KubernetesClient, loadConnection } from "@fairlead/kubernetes";
import { type DrainOptions, drain } from "./drain.ts";

/** A drain ends within this time, whatever the API server does. */
const DEADLINE_MS = 40_000;

/**
 * `drain --keep|--delete [--deployment NAME… --pods SELECTOR] [--lease NAME…] [--classes-of MANAGER]`: detaches the cluster before Fairlead is uninstalled. Gives
 * the exit status: 1 when objects that were to be deleted remain. With `--keep` it is 0 even when nothing could be asked, for then nothing
 * had to be done.
 */
export async function runDrainCommand(args: readonly string[], log: Log): Promise<number> {
  const { mode, ...names } = parseDrainArgs(args);
  const signal = AbortSignal.timeout(DEADLINE_MS);
  try {
    await using client = new KubernetesClient({
      connection: loadConnection(),
      userAgent: "fairlead-drain",
      requestTimeoutMs: 10_000,
    });
    const { remaining, deleted } = await drain({ client, log, mode, ...names, signal });
    log.info("cluster drained", { mode, deleted, remaining: remaining.length });
    return mode === "delete" && remaining.length > 0 ? 1 : 0;
  } catch (error) {
    log.error("cluster not drained", { mode, error });
    return mode === "delete" ? 1 : 0;
  }
}

/** Reads the command's arguments; throws `invalid_request` unless exactly one of `--keep` and `--delete` is given. */
export function parseDrainArgs(
  args: readonly string[],
): Pick<DrainOptions, "mode" | "deployments" | "pods" | "leases" | "classesOf"> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      keep: { type: "boolean", default: false },
      delete: { type: "boolean", default: false },
      deployment: { type: "string", multiple: true, default: [] },
      pods: { type: "string" },
      lease: { type: "string", multiple: true, default: [] },
      "classes-of": { type: "string" },
    },
  });
  if (values.keep === values.delete) {
    throw new MeshError("invalid_request", {
      public: "drain needs --keep (what is applied stays) or --delete (it goes), and not both",
    });
  }
  const { deployment: deployments, pods, lease: leases, "classes-of": classesOf } = values;
  return { mode: values.keep ? "keep" : "delete", deployments, pods, leases, classesOf };
}
