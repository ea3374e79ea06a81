import type { Cloud } from "./cloud.ts";
import { run } from "./run.ts";

const TABLE = ["inet", "fairlead-e2e"];

/** Drops what a cluster's pods send to the cloud, without a word, until disposed. */
export async function cutOff(cloud: Cloud, podRange: string): Promise<AsyncDisposable> {
  const chain = [...TABLE, "input"];
  await run(["nft", "add", "table", ...TABLE]);
  const restore = async () => {
    await run(["nft", "delete", "table", ...TABLE]);
  };
  try {
    await run(["nft", "add", "chain", ...chain, "{ type filter hook input priority -10 ; policy accept ; }"]);
    await run(["nft", "add", "rule", ...chain, "ip", "saddr", podRange, "tcp", "dport", `${cloud.port}`, "drop"]);
  } catch (error) {
    await restore();
    throw error;
  }
  return { [Symbol.asyncDispose]: restore };
}
