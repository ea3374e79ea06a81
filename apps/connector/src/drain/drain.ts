import type { Log } from "@fairlead/core";
import { defineResource, isNotFound, type KubernetesClient, type ResourceType, resources } from "@fairlead/kubernetes";
import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { applyStep } from "../apply-order.ts";
import { ourObjects } from "../cluster-survey.ts";
import { resourceOf } from "../rendered-object.ts";

export interface DrainOptions {
  readonly client: KubernetesClient;
  readonly log: Log;
  /** What becomes of the objects the connector applied. */
  readonly mode: "keep" | "delete";
  /** Deployments that are stopped first: they would put back what is taken away. */
  readonly deployments: readonly string[];
  /** Label selector of their pods. */
  readonly pods?: string | undefined;
  /** Leases of theirs, deleted with the rest. */
  readonly leases: readonly string[];
  /** The field manager of which gateway and ingress classes are deleted with the rest; undefined: of none. */
  readonly classesOf?: string | undefined;
  /** How long the pods may take to go before the work begins without waiting for them. Default 15,000 ms. */
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
const CLASSES: readonly ResourceType[] = [resources.gatewayClasses, resources.ingressClasses];
const DELETIONS_AT_ONCE = 16;

/**
 * Detaches a cluster without asking the cloud: stops the connector and then leaves the objects it applied as they are,
 * or deletes them, routes before what they refer to, and what a running Fairlead made for itself. Objects that are not ours are never touched. Throws what the API
 * server said when it cannot be asked.
 */
export async function drain(options: DrainOptions): Promise<Drained> {
  const { client, mode, signal } = options;
  await stopWriters(options);
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
  await deleteRuntime(options);
  return { remaining: [...remaining], deleted: keys.length - remaining.size };
}

/** Best effort: the drain goes on when they cannot be stopped. */
async function stopWriters(options: DrainOptions): Promise<void> {
  const { client, log, deployments, pods, stopMs = 15_000, pollMs = 500, signal } = options;
  const { namespace } = client;
  if (deployments.length === 0) return;
  const patience = AbortSignal.any([signal, AbortSignal.timeout(stopMs)]);
  try {
    for (const name of deployments) {
      const stopped = client.delete(DEPLOYMENTS, { namespace, name }, { propagation: "Background", signal: patience });
      await stopped.catch(unlessGone);
    }
    for (;;) {
      const { items } = await client.list(PODS, { namespace, labelSelector: pods, signal: patience });
      if (items.length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    log.info("deployments stopped", { deployments });
  } catch (error) {
    log.warn("deployments not seen to stop", { deployments, error });
  }
}

/** Best effort: what a running Fairlead made for itself, and the chart therefore does not take away. */
async function deleteRuntime({ client, log, leases, classesOf, signal }: DrainOptions): Promise<void> {
  const { namespace } = client;
  try {
    for (const name of leases) await client.delete(resources.leases, { namespace, name }, { signal }).catch(unlessGone);
    for (const resource of classesOf === undefined ? [] : CLASSES) {
      const { items } = await client.list(resource, { signal }).catch((error: unknown) => {
        unlessGone(error);
        return { items: [] };
      });
      for (const { metadata } of items.filter((one) => isMadeBy(one, classesOf))) {
        await client.delete(resource, { name: metadata.name }, { signal }).catch(unlessGone);
      }
    }
  } catch (error) {
    log.warn("classes or leases not deleted", { error });
  }
}

/** Writing an object's status does not make it somebody's. */
function isMadeBy({ metadata }: KubernetesObject, fieldManager: string | undefined): boolean {
  const entries = metadata.managedFields ?? [];
  return entries.some(({ manager, subresource }) => manager === fieldManager && subresource === undefined);
}

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
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
