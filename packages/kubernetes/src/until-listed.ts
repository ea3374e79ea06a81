import { type Log, systemClock } from "@fairlead/core";
import { isNotFound } from "./api-errors.ts";
import type { KubernetesClient } from "./client.ts";
import type { ResourceType } from "./resource-type.ts";

export interface UntilListedOptions {
  readonly client: KubernetesClient;
  readonly resource: ResourceType;
  readonly reflector: { readonly store: { readonly synced: Promise<void>; readonly isSynced: boolean } };
  readonly log: Log;
  readonly signal: AbortSignal;
  /** How long a kind may be unlisted before it is asked whether the API serves it at all. Default 1,000 ms. */
  readonly probeMs?: number | undefined;
}

/**
 * Resolves once a reflector has listed its kind, or the API says that it serves no such kind, as before definitions are
 * installed; the reflector goes on trying. Stays open for ever when aborted.
 */
export async function untilListed(options: UntilListedOptions): Promise<void> {
  const { store } = options.reflector;
  await Promise.race([store.synced, untilKnownAbsent(options)]);
}

async function untilKnownAbsent(options: UntilListedOptions): Promise<void> {
  const { client, resource, reflector, log, signal, probeMs = 1_000 } = options;
  const { store } = reflector;
  while (!store.isSynced) {
    await systemClock.sleep(probeMs, signal).catch(() => {});
    if (store.isSynced || signal.aborted) break;
    try {
      await client.list(resource, { pageSize: 1, signal });
    } catch (error) {
      if (!isNotFound(error)) continue;
      log.warn("the API does not serve a kind; going on without it", { kind: resource.kind });
      return;
    }
  }
  return new Promise(() => {});
}
