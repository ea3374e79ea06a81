import type { EnvoyResource, ResourceKey } from "@fairlead/envoy";
import { refKey } from "./ref-key.ts";

/** A resource a cached one waits for, and how new it has to be. */
export interface Need extends ResourceKey {
  /** {@link CacheEntry.seq} of the required resource when the requiring one was last changed; 0 when it was not there. */
  readonly seq: number;
}

/** A resource in the cache. */
export interface CacheEntry {
  readonly resource: EnvoyResource;
  /** Grows with every change of any resource; says which of two changes came first. */
  readonly seq: number;
  readonly needs: readonly Need[];
  /** Whether an Envoy has accepted this version. */
  readonly proven: boolean;
}

/** Called after a change with what was set or removed. */
export type CacheListener = (changed: readonly ResourceKey[]) => void;

/**
 * What Envoy should hold. The one writer calls {@link update}; every stream's session reads it and is told what
 * changed, so that work is in proportion to the change.
 */
export class ResourceCache {
  /**
   * Clusters that were replaced and may not have got their endpoints since. Kept here because it must outlive a
   * stream: Envoy does not ask again and would let the new cluster warm until a timeout.
   */
  readonly warming = new Set<string>();
  readonly #types = new Map<string, Map<string, CacheEntry>>();
  readonly #listeners = new Set<CacheListener>();
  #seq = 0;

  /**
   * Sets and removes resources as one change, and tells the listeners. A resource of unchanged version is a change
   * only if it requires something else; its sources are taken over silently. Returns what did change.
   */
  update(upserts: Iterable<EnvoyResource>, removals: Iterable<ResourceKey> = []): readonly ResourceKey[] {
    this.#seq++;
    const changed: EnvoyResource[] = [];
    for (const resource of upserts) {
      const entries = this.#entries(resource.typeUrl);
      const before = entries.get(resource.name);
      if (before?.resource.version !== resource.version) {
        entries.set(resource.name, { resource, seq: this.#seq, needs: [], proven: false });
        changed.push(resource);
      } else if (sameRefs(before.resource.requires, resource.requires)) {
        entries.set(resource.name, { ...before, resource: { ...resource, requires: before.resource.requires } });
      } else {
        entries.set(resource.name, { ...before, resource });
        changed.push(resource);
      }
    }
    const removed: ResourceKey[] = [];
    for (const { typeUrl, name } of removals) {
      if (this.#types.get(typeUrl)?.delete(name)) removed.push({ typeUrl, name });
    }
    // Needs are read once the whole change is in, as a route and its endpoints often arrive together.
    for (const resource of changed) this.#noteNeeds(resource);
    const all = [...changed, ...removed];
    if (all.length > 0) for (const listener of this.#listeners) listener(all);
    return all;
  }

  /** The entry of a name; undefined when there is none. */
  get(typeUrl: string, name: string): CacheEntry | undefined {
    return this.#types.get(typeUrl)?.get(name);
  }

  /** All entries of a type by name. */
  all(typeUrl: string): ReadonlyMap<string, CacheEntry> {
    return this.#entries(typeUrl);
  }

  /** How many resources there are. */
  get size(): number {
    let size = 0;
    for (const entries of this.#types.values()) size += entries.size;
    return size;
  }

  /** Remembers that an Envoy accepted this version, which lets it share a response later. */
  markProven(resource: EnvoyResource): void {
    const entries = this.#entries(resource.typeUrl);
    const entry = entries.get(resource.name);
    if (entry === undefined || entry.proven || entry.resource.version !== resource.version) return;
    entries.set(resource.name, { ...entry, proven: true });
  }

  /** Calls `listener` after every change until the returned function is called. */
  subscribe(listener: CacheListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #noteNeeds(resource: EnvoyResource): void {
    const entries = this.#entries(resource.typeUrl);
    const entry = entries.get(resource.name);
    if (entry === undefined) return;
    const distinct = new Map(resource.requires.map((ref) => [refKey(ref), ref]));
    const needs = [...distinct.values()].map((ref) => ({ ...ref, seq: this.get(ref.typeUrl, ref.name)?.seq ?? 0 }));
    entries.set(resource.name, { ...entry, needs });
  }

  #entries(typeUrl: string): Map<string, CacheEntry> {
    let entries = this.#types.get(typeUrl);
    if (entries === undefined) {
      entries = new Map();
      this.#types.set(typeUrl, entries);
    }
    return entries;
  }
}

function sameRefs(a: readonly ResourceKey[], b: readonly ResourceKey[]): boolean {
  return a.length === b.length && a.every((ref, i) => ref.name === b[i]?.name && ref.typeUrl === b[i]?.typeUrl);
}
