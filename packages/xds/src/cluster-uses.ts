import { type ResourceKey, TYPE_URL } from "@fairlead/envoy";

/**
 * Counts which clusters are named by something Envoy holds or is about to hold, so that none is taken away under a
 * route. What Envoy brought from an earlier stream in a version we do not know may name any cluster.
 */
export class ClusterUses {
  readonly #counts = new Map<string, number>();
  #unknown = 0;

  /** Whether `cluster` must stay. */
  inUse(cluster: string): boolean {
    return this.#unknown > 0 || this.#counts.has(cluster);
  }

  /** Counts the clusters in `requires`; undefined when it is not known what they are. */
  retain(requires: readonly ResourceKey[] | undefined): void {
    if (requires === undefined) this.#unknown++;
    else for (const name of clusters(requires)) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  /** Takes back one {@link retain}. Returns the clusters that are free now; `all` when any may be. */
  release(requires: readonly ResourceKey[] | undefined): readonly string[] | "all" {
    if (requires === undefined) {
      this.#unknown--;
      return this.#unknown === 0 ? "all" : [];
    }
    const free: string[] = [];
    for (const name of clusters(requires)) {
      const count = (this.#counts.get(name) ?? 0) - 1;
      if (count > 0) {
        this.#counts.set(name, count);
      } else {
        this.#counts.delete(name);
        free.push(name);
      }
    }
    return free;
  }
}

function clusters(requires: readonly ResourceKey[]): ReadonlySet<string> {
  const names = requires.filter((ref) => ref.typeUrl === TYPE_URL.cluster || ref.typeUrl === TYPE_URL.endpoints);
  return new Set(names.map((ref) => ref.name));
}
