import type { Log } from "@fairlead/core";
import { defineResource, isNotFound, type KubernetesClient } from "@fairlead/kubernetes";
import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { applyStep } from "../apply-order.ts";
import { ourObjects } from "../cluster-survey.ts";
import { resourceOf } from "../rendered-object.ts";

export interface DrainOptions {
  readonly client: KubernetesClient;
  readonly log: Log;
  /** What becomes of the objects the connector applied. */
  readonly mode: "keep" | "delete";
  /** The Deployment of the connector, which is stopped first: it would put back what is taken away. */
  readonly deployment?: string | undefined;
  /** Label selector of its pods. */
  readonly pods?: string | undefined;
  /** How long its pods may take to go before the work begins without waiting for them. Default 15,000 ms. */
  readonly stopMs?: number;
  /** Between two looks at what is going away. Default 500 ms. */
  readonly pollMs?: number;
  /** When it has to end. */
  readonly signal: AbortSignal;
}

/** What a drain has left in the cluster. */
export interface Drained {
  /** Keys of the objects of ours that stay, sorted. */
  readonly remaining: readonly string[];
  readonly deleted: number;
}

const DEPLOYMENTS = defineResource<KubernetesObject>({
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  namespaced: true,
});
const PODS = defineResource<KubernetesObject>({
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  namespaced: true,
});
const DELETIONS_AT_ONCE = 16;

/**
 * Detaches a cluster without asking the cloud: stops the connector and then leaves the objects it applied as they are,
 * or deletes them, routes before what they refer to. Objects that are not ours are never touched. Throws what the API
 * server said when it cannot be asked.
 */
export async function drain(options: DrainOptions): Promise<Drained> {
  const { client, mode, signal } = options;
  await stopConnector(options);
  const found = await ourObjects(client, signal);
  const keys = [...found.keys()].sort();
  if (mode === "keep") return { remaining: keys, deleted: 0 };
  const remaining = new Set(keys);
  for (const step of [...new Set(keys.map(deletionStep))].sort((a, b) => a - b)) {
    const waiting = keys.filter((key) => deletionStep(key) === step);
    const worker = async () => {
      for (let key = waiting.shift(); key !== undefined; key = waiting.shift()) {
        if (await deleteOne(options, key, found.get(key))) remaining.delete(key);
      }
    };
    await Promise.all(Array.from({ length: DELETIONS_AT_ONCE }, worker));
  }
  return { remaining: [...remaining], deleted: keys.length - remaining.size };
}

/** Best effort: the drain goes on when the connector cannot be stopped. */
async function stopConnector(options: DrainOptions): Promise<void> {
  const { client, log, deployment, pods, stopMs = 15_000, pollMs = 500, signal } = options;
  const { namespace } = client;
  if (deployment === undefined) return;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(stopMs)]);
  try {
    await client.delete(DEPLOYMENTS, { namespace, name: deployment }, { propagation: "Background", signal: patience });
    for (;;) {
      const { items } = await client.list(PODS, { namespace, labelSelector: pods, signal: patience });
      if (items.length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    log.info("connector stopped");
  } catch (error) {
    if (isNotFound(error)) return;
    log.warn("connector not seen to stop", { error });
  }
}

function deletionStep(key: string): number {
  return applyStep(key, true);
}

async function deleteOne(
  { client, log, signal }: DrainOptions,
  key: string,
  object: KubernetesObject | undefined,
): Promise<boolean> {
  if (object === undefined) return true;
  const { namespace, name, uid } = object.metadata;
  try {
    const preconditions = uid === undefined ? {} : { uid };
    await client.delete(resourceOf(key), { namespace, name }, { preconditions, signal });
    return true;
  } catch (error) {
    if (isNotFound(error)) return true;
    log.warn("object not deleted", { object: key, error });
    return false;
  }
}
