import type { ClusterId } from "@fairlead/contract";
import type { Revision } from "@fairlead/core";
import { acquireLease, lockSocket, noteOusted, renderedTo, type TenantTransaction } from "@fairlead/database";
import { judgeTakeover } from "./judge-takeover.ts";

/** Takes a cluster's socket for a connector's process; undefined when another one with its identity has it and keeps it. */
export async function takeSocket(
  tx: TenantTransaction,
  input: {
    readonly cluster: ClusterId;
    readonly holder: string;
    readonly ttlMs: number;
    /** The connector's process; empty when it did not say. */
    readonly process: string;
  },
): Promise<{ readonly fence: number; readonly revision: Revision } | undefined> {
  const { isAllowed, ousted } = judgeTakeover(await lockSocket(tx, input.cluster), input.process);
  if (!isAllowed) {
    await noteOusted(tx, input.cluster, ousted);
    return undefined;
  }
  const { fence } = await acquireLease(tx, { ...input, ousted });
  return { fence, revision: await renderedTo(tx) };
}
