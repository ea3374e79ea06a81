import { type Clock, type Log, MeshError } from "@fairlead/core";
import type { KubernetesClient } from "@fairlead/kubernetes";
import { clusterUidOf } from "./cluster-description.ts";
import type { Identity } from "./identity.ts";

const RETRY_MS = 1_000;

export interface HomeOptions {
  readonly client: KubernetesClient;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Whether the state is of the cluster the connector is in. A cluster that was made from another's backup has the other's
 * state: until the cloud takes it as that cluster's, what the state wants is not for here (docs/adr/0016).
 */
export class Home {
  readonly #options: HomeOptions;
  /** The cluster's UID, while the state is of another. */
  #elsewhere: string | undefined;

  constructor(options: HomeOptions) {
    this.#options = options;
  }

  /** Why nothing may be changed in the cluster, for people; undefined when all is well. */
  get copied(): string | undefined {
    if (this.#elsewhere === undefined) return undefined;
    return (
      `cluster_cloned: this state was written in the Kubernetes cluster ${this.#options.identity.clusterUid}, and this is ` +
      `${this.#elsewhere}. Nothing is changed here until the cloud accepts it: fairlead cluster confirm ` +
      `${this.#options.identity.clusterId} --uid ${this.#elsewhere}; or take the state away and join as a cluster of its own.`
    );
  }

  /** Looks where it is, until the API server says so. State that names no cluster is this one's. Gives whether it is. */
  async look(): Promise<boolean> {
    const { client, identity, clock, log, signal } = this.#options;
    while (!signal.aborted) {
      try {
        const here = await clusterUidOf(client, signal);
        if (identity.clusterUid === here) return true;
        if (identity.clusterUid === undefined) {
          await identity.saveClusterUid(here);
          return true;
        }
        this.#elsewhere = here;
        const error = new MeshError("cluster_cloned", { public: this.copied ?? "" });
        log.error("state is a copy of another cluster's", { code: error.code, error });
        return false;
      } catch (error) {
        if (!signal.aborted) log.warn("cluster cannot be told", { error });
        await clock.sleep(RETRY_MS, signal).catch(() => {});
      }
    }
    return false;
  }

  /** The cloud took this as the cluster of the state. Resolves when that is durable; gives whether it was news. */
  async welcomed(): Promise<boolean> {
    const { identity, log } = this.#options;
    const here = this.#elsewhere;
    if (here === undefined) return false;
    await identity.saveClusterUid(here);
    this.#elsewhere = undefined;
    log.info("state taken over for this cluster", { clusterUid: here });
    return true;
  }
}
