import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { LabCluster } from "@fairlead/lab";
import { ensureGoModule } from "@fairlead/testkit";

/** The release of the study's walk-through. */
const VERSION = "v1.2.0";

/** Applies the Gateway API's standard definitions as its users do. */
export async function applyGatewayApi(cluster: LabCluster): Promise<void> {
  const module = await ensureGoModule("sigs.k8s.io/gateway-api", VERSION);
  if ("missing" in module) throw new Error(module.missing);
  const folder = join(module.directory, "config/crd/standard");
  const files = readdirSync(folder).filter((name) => name.startsWith("gateway.networking.k8s.io_"));
  await cluster.kubectl(["apply", "--server-side", ...files.flatMap((name) => ["-f", join(folder, name)])]);
  await cluster.kubectl(["wait", "--for=condition=Established", "--timeout=30s", "crd", "--all"]);
}
