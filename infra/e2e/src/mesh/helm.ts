import { join } from "node:path";
import type { LabCluster } from "@fairlead/lab";
import { ensureHelm } from "@fairlead/testkit";
import { ROOT } from "./root.ts";
import { run } from "./run.ts";

/** The namespace the README installs into. */
export const NAMESPACE = "fairlead-system";

/** Where the chart is. */
export const CHART: string = join(ROOT, "infra/helm/fairlead");

/** Runs Helm as a cluster's administrator. Throws with its words when it fails. */
export async function helm(cluster: LabCluster, args: readonly string[]): Promise<string> {
  const { helm: tool } = await ensureHelm();
  if ("missing" in tool) throw new Error(tool.missing);
  return run([tool.path, ...args], { env: { KUBECONFIG: cluster.kubeconfig } });
}
