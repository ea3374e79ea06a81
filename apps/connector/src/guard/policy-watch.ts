import { CONNECTOR_POLICY_NAME } from "@fairlead/contract/connector-policy";
import { type Clock, type Log, MeshError } from "@fairlead/core";
import { defineResource, isForbidden, isNotFound, type KubernetesClient, Reflector } from "@fairlead/kubernetes";
import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { type Bounds, readBounds } from "./read-bounds.ts";

/** Where policies are. Not among the kinds the connector writes, so that no bundle can ever hold one. */
export const connectorPolicies = defineResource<KubernetesObject>({
  group: "fairlead.dev",
  version: "v1alpha1",
  kind: "ConnectorPolicy",
  plural: "connectorpolicies",
  namespaced: false,
});

/** How often it is asked whether the kind exists and may be read, in milliseconds: until it does, and then. */
const PROBE_MS = 5_000;
const PROBE_WATCHED_MS = 60_000;

export interface PolicyWatchOptions {
  readonly client: KubernetesClient;
  readonly clock: Clock;
  readonly log: Log;
  /** The bounds are not what they were. */
  readonly onChanged: (bounds: Bounds) => void;
}

/**
 * Knows the cluster's ConnectorPolicy. A cluster without the kind has no policy; one whose policies may not be read may
 * have one. Once known it stays as last seen while the API server is away, where nothing could be written anyway.
 */
export class PolicyWatch implements AsyncDisposable {
  readonly #options: PolicyWatchOptions;
  readonly #stop = new AbortController();
  #reflector: Reflector<KubernetesObject> | undefined;
  #bounds: Bounds = { state: "unknown" };
  #running: Promise<void> | undefined;

  constructor(options: PolicyWatchOptions) {
    this.#options = options;
  }

  /** What is known now. */
  get bounds(): Bounds {
    return this.#bounds;
  }

  /** Looks until disposed. */
  start(): void {
    this.#running ??= this.#run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#unwatch();
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#probe(signal);
      const restMs = this.#reflector?.store.isSynced === true ? PROBE_WATCHED_MS : PROBE_MS;
      await clock.sleep(restMs, signal).catch(() => {});
    }
  }

  /** A watch cannot tell a kind that is not served, or not for us, from an API server that is away; a request can. */
  async #probe(signal: AbortSignal): Promise<void> {
    const { client, log } = this.#options;
    try {
      await client.list(connectorPolicies, { pageSize: 1, signal });
      this.#watch();
    } catch (error) {
      if (signal.aborted) return;
      if (isNotFound(error)) {
        await this.#unwatch();
        this.#set({ state: "none" });
      } else if (isForbidden(error)) {
        await this.#unwatch();
        const message = `ConnectorPolicies cannot be read, so nothing is changed: ${MeshError.from(error).public}`;
        this.#set({ state: "unusable", field: "", message });
      } else {
        log.warn("connector policy cannot be asked for", { error });
      }
    }
  }

  #watch(): void {
    if (this.#reflector !== undefined) return;
    const { client, log } = this.#options;
    const reflector = new Reflector<KubernetesObject>({ client, resource: connectorPolicies, log });
    this.#reflector = reflector;
    const read = () => {
      if (this.#reflector !== reflector || !reflector.store.isSynced) return;
      const policy = [...reflector.store.list()].find(({ metadata }) => metadata.name === CONNECTOR_POLICY_NAME);
      this.#set(readBounds(policy));
    };
    reflector.store.subscribe(read);
    void reflector.store.synced.then(read);
    reflector.start();
  }

  async #unwatch(): Promise<void> {
    const reflector = this.#reflector;
    this.#reflector = undefined;
    await reflector?.[Symbol.asyncDispose]();
  }

  #set(bounds: Bounds): void {
    if (JSON.stringify(bounds) === JSON.stringify(this.#bounds)) return;
    this.#bounds = bounds;
    const { log, onChanged } = this.#options;
    if (bounds.state === "unusable") log.error("connector policy cannot be used, nothing is changed", { ...bounds });
    else log.info("connector policy read", { policy: bounds.state === "set" ? bounds.policy : bounds.state });
    onChanged(bounds);
  }
}
