import { type EnvoyResource, type ResourceKey, TYPE_URL, type TypeUrl } from "@fairlead/envoy";
import type { AdsStep, DeltaRequest, DeltaResponse } from "./ads-messages.ts";
import { onAck, onNack } from "./answer.ts";
import { decide } from "./decide.ts";
import type { ResourceCache } from "./resource-cache.ts";
import { StreamState } from "./stream-state.ts";
import { applySubscription } from "./subscription.ts";
import type { Flight, SentItem, TypeState } from "./type-state.ts";

export interface AdsSessionOptions {
  readonly cache: ResourceCache;
  /**
   * How many responses of one type may be unanswered at a time. Each type has its own, for Envoy acknowledges no cluster
   * while any is warming (its ADS sequencing), and what warms one is the answer of another type. Default 64.
   */
  readonly window?: number;
  /** Gives an empty resource of a named type, for a name Envoy waits for that does not exist. */
  readonly placeholder?: (typeUrl: TypeUrl, name: string) => EnvoyResource | undefined;
}

/**
 * One delta ADS stream as a state machine: requests and cache changes in, responses and events out. Its owner calls
 * {@link onCacheChange} for every change of the cache.
 *
 * A resource is sent once all it requires is acknowledged; until then Envoy keeps the version it has, and only the
 * latest version is ever sent. A cluster is removed once nothing Envoy holds names it. One response is on its way per
 * resource, and what Envoy refuses is not sent again before it changes.
 */
export class AdsSession {
  readonly #stream: StreamState;
  readonly #window: number;
  readonly #placeholder: AdsSessionOptions["placeholder"];
  readonly #flights = new Map<string, Flight>();
  #responses: DeltaResponse[] = [];
  #nonce = 0;

  constructor(options: AdsSessionOptions) {
    this.#stream = new StreamState(options.cache);
    this.#window = options.window ?? 64;
    this.#placeholder = options.placeholder;
  }

  /** A message from Envoy. Types that are not served are ignored. */
  onRequest(request: DeltaRequest): AdsStep {
    const state = this.#stream.types.get(request.typeUrl);
    if (state === undefined) return { responses: [], events: [] };
    const flight = this.#flights.get(request.nonce);
    if (flight !== undefined) {
      this.#flights.delete(request.nonce);
      flight.state.unanswered--;
      if (request.error === undefined) onAck(this.#stream, flight);
      else onNack(this.#stream, flight, request.error);
    }
    applySubscription(this.#stream, state, request);
    return this.#step();
  }

  /** The cache has changed in these resources. */
  onCacheChange(changed: readonly ResourceKey[]): AdsStep {
    for (const ref of changed) {
      this.#stream.touch(this.#stream.type(ref.typeUrl), ref.name);
      this.#stream.wake(ref);
    }
    return this.#step();
  }

  /** Sends a refused resource once more although it has not changed; for refusals that time may cure. */
  retry(typeUrl: TypeUrl, name: string): AdsStep {
    const state = this.#stream.type(typeUrl);
    if (state.rejected.delete(name)) this.#stream.touch(state, name);
    return this.#step();
  }

  /** Whether Envoy holds this version and everything it requires, so that it is in use and not warming. */
  isSettled(typeUrl: TypeUrl, name: string, version: string): boolean {
    const entry = this.#stream.cache.get(typeUrl, name);
    if (entry?.resource.version !== version) return false;
    if (this.#stream.type(typeUrl).held.get(name)?.version !== version) return false;
    return entry.needs.every((need) => this.#stream.acked(need));
  }

  /** Whether what Envoy holds of this name is what the cache holds: the very version, or nothing. */
  isCurrent(typeUrl: TypeUrl, name: string): boolean {
    const version = this.#stream.cache.get(typeUrl, name)?.resource.version;
    if (version === undefined) return this.isGone(typeUrl, name);
    return this.#stream.type(typeUrl).held.get(name)?.version === version;
  }

  /** Whether Envoy neither holds the resource nor is about to. */
  isGone(typeUrl: TypeUrl, name: string): boolean {
    const state = this.#stream.type(typeUrl);
    return this.#stream.cache.get(typeUrl, name) === undefined && !state.held.has(name) && !state.pending.has(name);
  }

  /** Responses on their way and resources not yet as they should be: 0 and 0 at rest. */
  get backlog(): { readonly unanswered: number; readonly unsettled: number } {
    return { unanswered: this.#flights.size, unsettled: this.#stream.unsettled.size };
  }

  #step(): AdsStep {
    this.#flushAll();
    if (this.#flights.size === 0) {
      this.#whenIdle();
      this.#flushAll();
    }
    const responses = this.#responses;
    this.#responses = [];
    return { responses, events: this.#stream.takeEvents() };
  }

  /** Nothing is on its way, so nothing that is still missing will come soon: what waits for completeness waits no more. */
  #whenIdle(): void {
    const listeners = this.#stream.type(TYPE_URL.listener);
    if (listeners.dirty.size > 0) {
      this.#stream.unsettled.clear();
      this.#flush(listeners);
    }
    for (const state of this.#stream.types.values()) {
      for (const name of state.forced)
        if (!state.held.has(name) && !state.pending.has(name)) this.#tellAbsent(state, name);
      if (state.wildcard && !state.answered && this.#flights.size === 0) this.#send(state, new Map());
    }
  }

  #flushAll(): void {
    do {
      this.#stream.touched = false;
      for (const state of this.#stream.types.values()) this.#flush(state);
      // What a later type settles may free a cluster of an earlier one.
    } while (this.#stream.touched);
  }

  #flush(state: TypeState): void {
    if (!state.seen) {
      for (const name of state.dirty) this.#stream.settle(state, name);
      state.dirty.clear();
      return;
    }
    let batch = new Map<string, SentItem | undefined>();
    for (const name of state.dirty) {
      if (state.unanswered + (batch.size > 0 ? 1 : 0) >= this.#window) break;
      const decision = decide(this.#stream, state, name);
      if (decision.do === "later") continue;
      state.dirty.delete(name);
      if (decision.do === "tell-absent") this.#tellAbsent(state, name);
      if (decision.do === "remove") batch.set(name, undefined);
      if (decision.do !== "send") continue;
      const item = { resource: decision.entry.resource, seq: decision.entry.seq };
      const limit = state.limit(name, decision.entry);
      if (limit === 1) {
        this.#send(state, new Map([[name, item]]));
      } else {
        batch.set(name, item);
        if (batch.size >= limit) {
          this.#send(state, batch);
          batch = new Map();
        }
      }
    }
    if (batch.size > 0) this.#send(state, batch);
  }

  #tellAbsent(state: TypeState, name: string): void {
    const resource = this.#placeholder?.(state.rule.typeUrl, name);
    this.#send(state, new Map([[name, resource && { resource, seq: 0 }]]));
  }

  #send(state: TypeState, items: ReadonlyMap<string, SentItem | undefined>): void {
    const nonce = String(++this.#nonce);
    const flight: Flight = { state, items };
    this.#flights.set(nonce, flight);
    state.unanswered++;
    state.answered = true;
    const resources: EnvoyResource[] = [];
    const removed: string[] = [];
    for (const [name, item] of items) {
      state.pending.set(name, flight);
      state.forced.delete(name);
      if (item === undefined) removed.push(name);
      else resources.push(item.resource);
      if (item !== undefined && state.rule.namesClusters) this.#stream.uses.retain(item.resource.requires);
      if (state.rule.typeUrl === TYPE_URL.cluster) this.#followCluster(name, item !== undefined);
      if (state.rule.typeUrl === TYPE_URL.listener && item !== undefined) this.#followListener(name);
    }
    this.#responses.push({ typeUrl: state.rule.typeUrl, nonce, resources, removed });
  }

  /**
   * A replaced cluster warms anew but Envoy, still subscribed by that name, does not ask for its endpoints again; a
   * removed one drops them without a word until it is gone.
   */
  #followCluster(name: string, present: boolean): void {
    const endpoints = this.#stream.type(TYPE_URL.endpoints);
    if (present) {
      this.#stream.cache.warming.add(name);
      if (!endpoints.names.has(name)) return;
      endpoints.forced.add(name);
      this.#stream.touch(endpoints, name);
    } else {
      endpoints.held.delete(name);
      endpoints.pending.delete(name);
    }
  }

  /**
   * Envoy drops all scopes with its last listener, also with one it refuses, and says nothing of it. The next listener
   * finds the subscription made and would wait for scopes in vain, so it is followed by all of them.
   */
  #followListener(name: string): void {
    const { cache } = this.#stream;
    const listeners = this.#stream.type(TYPE_URL.listener);
    for (const other of listeners.held.keys()) {
      const flight = listeners.pending.get(other);
      const isLeaving = flight !== undefined && flight.items.get(other) === undefined;
      if (!isLeaving && (other === name || cache.get(TYPE_URL.listener, other) !== undefined)) return;
    }
    const scopes = this.#stream.type(TYPE_URL.scope);
    if (!scopes.wildcard) return;
    scopes.answered = false;
    for (const scope of cache.all(TYPE_URL.scope).keys()) {
      scopes.held.delete(scope);
      scopes.forced.add(scope);
      this.#stream.touch(scopes, scope);
    }
  }
}
