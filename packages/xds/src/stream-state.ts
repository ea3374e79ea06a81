import { type ResourceKey, TYPE_URL, type TypeUrl } from "@fairlead/envoy";
import type { AdsEvent } from "./ads-messages.ts";
import { ClusterUses } from "./cluster-uses.ts";
import { refKey } from "./ref-key.ts";
import type { Need, ResourceCache } from "./resource-cache.ts";
import { TYPE_RULES } from "./type-rules.ts";
import { TypeState } from "./type-state.ts";

/** All that is known about one stream, shared by the parts of its session. */
export class StreamState {
  readonly cache: ResourceCache;
  /** In the order in which types are sent. */
  readonly types: ReadonlyMap<string, TypeState>;
  readonly uses = new ClusterUses();
  /** What is not yet as it should be and may come to be so, with its sequence number. Listeners wait for it. */
  readonly unsettled = new Map<string, number>();
  /** Clusters that wait for their last user to go. */
  readonly clustersToRemove = new Set<string>();
  /** Whether {@link touch} was called since this was set to false. */
  touched = false;
  readonly #waiting = new Map<string, Map<string, ResourceKey>>();
  #events: AdsEvent[] = [];

  constructor(cache: ResourceCache) {
    this.cache = cache;
    this.types = new Map(TYPE_RULES.map((rule) => [rule.typeUrl, new TypeState(rule)]));
  }

  /** The state of a served type. */
  type(typeUrl: TypeUrl): TypeState {
    const state = this.types.get(typeUrl);
    if (state === undefined) throw new Error(`no rule for ${typeUrl}`);
    return state;
  }

  /** Has `name` looked at in the next round. */
  touch(state: TypeState, name: string): void {
    state.dirty.add(name);
    this.touched = true;
    const { typeUrl } = state.rule;
    if (typeUrl === TYPE_URL.listener) return;
    const key = refKey({ typeUrl, name });
    // Taken out first so that the map stays about ordered by sequence number.
    this.unsettled.delete(key);
    this.unsettled.set(key, this.cache.get(typeUrl, name)?.seq ?? 0);
  }

  /** Nothing more is to be done about `name` for now. */
  settle(state: TypeState, name: string): void {
    this.unsettled.delete(refKey({ typeUrl: state.rule.typeUrl, name }));
  }

  /** Has `ref` looked at again once something happens to `on`. */
  wait(ref: ResourceKey, on: ResourceKey): void {
    const key = refKey(on);
    const waiting = this.#waiting.get(key) ?? new Map<string, ResourceKey>();
    waiting.set(refKey(ref), ref);
    this.#waiting.set(key, waiting);
  }

  /** Something happened to `ref`: whatever waits for it is looked at again. */
  wake(ref: ResourceKey): void {
    const key = refKey(ref);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) return;
    this.#waiting.delete(key);
    for (const { typeUrl, name } of waiting.values()) this.touch(this.type(typeUrl), name);
  }

  /** Whether Envoy holds the required resource in a version at least as new as the need. */
  acked(need: Need): boolean {
    const held = this.type(need.typeUrl).held.get(need.name);
    if (held === undefined || this.cache.get(need.typeUrl, need.name) === undefined) return false;
    return held.seq >= Math.max(1, need.seq);
  }

  /** Something that named clusters is gone: clusters nobody names any more may go too. */
  release(state: TypeState, requires: readonly ResourceKey[] | undefined): void {
    if (!state.rule.namesClusters) return;
    const free = this.uses.release(requires);
    if (free === "all") this.reviewRemovals();
    else for (const name of free) if (this.clustersToRemove.delete(name)) this.touch(this.type(TYPE_URL.cluster), name);
  }

  /** Looks again at every cluster whose removal waits. */
  reviewRemovals(): void {
    for (const name of this.clustersToRemove) this.touch(this.type(TYPE_URL.cluster), name);
    this.clustersToRemove.clear();
  }

  /**
   * Whether a cluster may be named by something Envoy holds. After a reconnect that is only known once Envoy has
   * said what it holds of the types that name clusters.
   */
  clusterInUse(name: string): boolean {
    return !this.#holdersKnown() || this.uses.inUse(name);
  }

  emit(event: AdsEvent): void {
    this.#events.push(event);
  }

  /** The events since the last call. */
  takeEvents(): readonly AdsEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  #holdersKnown(): boolean {
    if (this.type(TYPE_URL.cluster).initialCount === 0) return true;
    // Listeners ask for scopes and scopes for routes, so a type that is empty ends the chain.
    for (const typeUrl of [TYPE_URL.listener, TYPE_URL.scope, TYPE_URL.route]) {
      const state = this.type(typeUrl);
      if (!state.seen) return false;
      if (state.initialCount === 0) return true;
    }
    return true;
  }
}
