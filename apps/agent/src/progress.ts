import { type EnvoyResource, type ResourceKey, TYPE_URL, type TypeUrl } from "@fairlead/envoy";
import type { ObjectKey } from "@fairlead/kubernetes-types";
import type { MeshDelta } from "@fairlead/mesh-model";
import { type ResourceCache, refKey } from "@fairlead/xds";
import { chainOwner, ServedChains } from "./served-chains.ts";
import { Waits } from "./waits.ts";

/** What the proxy is known to hold; implemented by the discovery server. */
export interface ProxyView {
  /** Whether the proxy holds of this name what the cache holds: the very version, or nothing. */
  isCurrent(typeUrl: TypeUrl, name: string): boolean;
}

/** An object whose progress is followed. */
export interface Followed {
  readonly key: ObjectKey;
  /** `<namespace>/<gateway>` when it must have a listener before it can be in use; see {@link ServedChains}. */
  readonly owner: string | undefined;
}

const OWNER = "owner";

/**
 * Says when what came of an object is in use: every resource it had a part in is acknowledged in its current version
 * or gone, whatever these require is acknowledged too, and the listeners of its chains are. Objects that bring
 * nothing are in use at once.
 */
export class Progress {
  readonly #cache: ResourceCache;
  readonly #proxy: ProxyView;
  readonly #served = new ServedChains();
  readonly #waits = new Waits();
  readonly #bySource = new Map<ObjectKey, Map<string, ResourceKey>>();

  constructor(cache: ResourceCache, proxy: ProxyView) {
    this.#cache = cache;
    this.#proxy = proxy;
  }

  /** How many things are waited for. */
  get pending(): number {
    return this.#waits.all().length;
  }

  /** Takes in which listeners there are, before {@link update}. */
  applySockets(sockets: MeshDelta["sockets"]): void {
    this.#served.apply(sockets);
  }

  /** Whether what came of the object is not in use yet. */
  isWaiting(key: ObjectKey): boolean {
    return this.#waits.isWaiting(key);
  }

  /**
   * Puts resources into the cache and follows the `changed` objects from here on. Returns what did change in the
   * cache, and the objects that are in use now.
   */
  update(
    upserts: readonly EnvoyResource[],
    removals: readonly ResourceKey[],
    changed: readonly Followed[],
  ): { readonly resources: readonly ResourceKey[]; readonly settled: readonly ObjectKey[] } {
    const parts = this.#relink(upserts, removals);
    const resources = this.#cache.update(upserts, removals);
    const check = new Set(resources.map(refKey));
    const keys = new Set(changed.map(({ key }) => key));
    for (const { key } of changed) this.#forgetDone(key);
    for (const ref of resources) {
      for (const object of parts.get(refKey(ref)) ?? []) {
        if (keys.has(object) || this.#waits.isWaiting(object)) this.#await(object, ref, check);
      }
    }
    for (const object of changed) this.#awaitAll(object, check);
    const idle = changed.map(({ key }) => key).filter((key) => !this.#waits.isWaiting(key));
    return { resources, settled: [...idle, ...this.#arrive(check)] };
  }

  /** The proxy said something about these resources. Returns the objects that are in use now. */
  onAnswers(refs: readonly ResourceKey[]): readonly ObjectKey[] {
    const check = new Set(refs.map(refKey));
    for (const { typeUrl, name } of refs) {
      if (typeUrl !== TYPE_URL.listener) continue;
      for (const owner of this.#served.owners(name)) check.add(`${OWNER}|${owner}`);
    }
    return this.#arrive(check);
  }

  /** Looks at everything that is waited for; for what came while no stream was open. Returns the objects now in use. */
  recheck(): readonly ObjectKey[] {
    return this.#arrive(this.#waits.all());
  }

  /** Follows the object no longer. */
  forget(key: ObjectKey): void {
    this.#waits.delete(key);
  }

  /** Records who has a part in what. Returns the old and new sources of each resource. */
  #relink(upserts: readonly EnvoyResource[], removals: readonly ResourceKey[]): ReadonlyMap<string, Set<ObjectKey>> {
    const parts = new Map<string, Set<ObjectKey>>();
    const changes = [
      ...removals.map((ref) => ({ ref, after: [] })),
      ...upserts.map((resource) => ({ ref: resource, after: resource.sources })),
    ];
    for (const { ref, after } of changes) {
      const key = refKey(ref);
      const before = this.#cache.get(ref.typeUrl, ref.name)?.resource.sources ?? [];
      for (const source of before) {
        const refs = this.#bySource.get(source);
        refs?.delete(key);
        if (refs?.size === 0) this.#bySource.delete(source);
      }
      for (const source of after) {
        const refs = this.#bySource.get(source) ?? new Map<string, ResourceKey>();
        this.#bySource.set(source, refs.set(key, { typeUrl: ref.typeUrl, name: ref.name }));
      }
      parts.set(key, new Set([...before, ...after]));
    }
    return parts;
  }

  /** Of an object that changed, keeps only what is still on its way from before. */
  #forgetDone(key: ObjectKey): void {
    const pending = [...this.#waits.of(key)].filter((wait) => !wait.startsWith(`${OWNER}|`) && !this.#isDone(wait));
    this.#waits.delete(key);
    for (const wait of pending) this.#waits.add(key, wait);
  }

  #awaitAll({ key, owner }: Followed, check: Set<string>): void {
    if (owner !== undefined) this.#awaitOwner(key, owner, check);
    for (const ref of this.#bySource.get(key)?.values() ?? []) {
      if (!this.#proxy.isCurrent(ref.typeUrl, ref.name)) this.#await(key, ref, check);
      const bar = ref.name.indexOf("|");
      if (ref.typeUrl === TYPE_URL.route && bar > 0) {
        this.#awaitOwner(key, chainOwner(ref.name.slice(0, bar)), check);
      }
    }
  }

  #awaitOwner(key: ObjectKey, owner: string, check: Set<string>): void {
    const wait = `${OWNER}|${owner}`;
    this.#waits.add(key, wait);
    check.add(wait);
  }

  /** Waits for a resource and for what it requires: a listener without its certificate is acknowledged, but warming. */
  #await(key: ObjectKey, ref: ResourceKey, check: Set<string>): void {
    this.#waits.add(key, refKey(ref));
    for (const need of this.#cache.get(ref.typeUrl, ref.name)?.needs ?? []) {
      if (this.#proxy.isCurrent(need.typeUrl, need.name)) continue;
      this.#waits.add(key, refKey(need));
      check.add(refKey(need));
    }
  }

  #arrive(check: Iterable<string>): readonly ObjectKey[] {
    const settled: ObjectKey[] = [];
    for (const wait of check) if (this.#isDone(wait)) settled.push(...this.#waits.arrive(wait));
    return settled;
  }

  /** A proxy asks for no table of a listener that only other nodes have. */
  #isUnasked(typeUrl: TypeUrl, name: string): boolean {
    if (typeUrl !== TYPE_URL.route && typeUrl !== TYPE_URL.scope) return false;
    const [chain = ""] = name.split("|", 1);
    return this.#served.isElsewhere(chainOwner(chain));
  }

  #isDone(wait: string): boolean {
    const bar = wait.indexOf("|");
    const kind = wait.slice(0, bar);
    const name = wait.slice(bar + 1);
    const typeUrl = TYPES.get(kind);
    if (typeUrl !== undefined) return this.#proxy.isCurrent(typeUrl, name) || this.#isUnasked(typeUrl, name);
    if (this.#served.isElsewhere(name)) return true;
    const listeners = this.#served
      .listeners(name)
      .filter((ref) => this.#cache.get(ref.typeUrl, ref.name) !== undefined);
    return listeners.length > 0 && listeners.every((ref) => this.#proxy.isCurrent(ref.typeUrl, ref.name));
  }
}

const TYPES: ReadonlyMap<string, TypeUrl> = new Map(Object.values(TYPE_URL).map((type) => [type, type]));
