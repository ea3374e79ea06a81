import type { LabCluster } from "@fairlead/lab";
import type { Cloud } from "./cloud.ts";
import { run } from "./run.ts";

const TABLE = ["inet", "fairlead-e2e"];

/** Drops all there is between a cluster's pods and the cloud, in both directions and without a word, until disposed. */
export async function cutOff(cloud: Cloud, cluster: LabCluster): Promise<AsyncDisposable> {
  const port = `${cloud.port}`;
  const pods = `{ ${cluster.nodes.map(({ podCidr }) => podCidr).join(", ")} }`;
  const rules = {
    input: ["ip", "saddr", pods, "tcp", "dport", port, "drop"],
    output: ["ip", "daddr", pods, "tcp", "sport", port, "drop"],
  };
  await run(["nft", "add", "table", ...TABLE]);
  const restore = async () => {
    await run(["nft", "delete", "table", ...TABLE]);
  };
  try {
    for (const [hook, rule] of Object.entries(rules)) {
      const chain = [...TABLE, hook];
      await run(["nft", "add", "chain", ...chain, `{ type filter hook ${hook} priority -10 ; policy accept ; }`]);
      await run(["nft", "add", "rule", ...chain, ...rule]);
    }
  } catch (error) {
    await restore();
    throw error;
  }
  return { [Symbol.asyncDispose]: restore };
}
