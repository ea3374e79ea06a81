import { type ResourceKey, TYPE_URL } from "@fairlead/envoy";
import type { CacheEntry } from "./resource-cache.ts";
import type { StreamState } from "./stream-state.ts";
import { type TypeRule, typeRule } from "./type-rules.ts";
import type { Held, TypeState } from "./type-state.ts";

/** What to do about one name now. */
export type Decision =
  /** It is as it should be, or there is nothing to be done. */
  | { readonly do: "nothing" }
  /** It is on its way, or waits for something that will have it looked at again. */
  | { readonly do: "wait" }
  /** Look again in the next round. */
  | { readonly do: "later" }
  | { readonly do: "send"; readonly entry: CacheEntry }
  | { readonly do: "remove" }
  /** Envoy asks for something that does not exist and would wait for it. */
  | { readonly do: "tell-absent" };

const NOTHING: Decision = { do: "nothing" };
const WAIT: Decision = { do: "wait" };

/** Compares what Envoy holds of `name` with what it should hold. */
export function decide(stream: StreamState, state: TypeState, name: string): Decision {
  if (state.pending.has(name)) return WAIT;
  const entry = stream.cache.get(state.rule.typeUrl, name);
  const decision = entry === undefined ? decideAbsent(stream, state, name) : decidePresent(stream, state, name, entry);
  if (decision.do === "nothing") stream.settle(state, name);
  return decision;
}

function decideAbsent(stream: StreamState, state: TypeState, name: string): Decision {
  state.rejected.delete(name);
  if (!state.wildcard) {
    return state.forced.has(name) && !state.held.has(name) ? { do: "tell-absent" } : NOTHING;
  }
  if (!state.held.has(name)) return NOTHING;
  if (state.rule.typeUrl === TYPE_URL.cluster && stream.clusterInUse(name)) {
    stream.clustersToRemove.add(name);
    return NOTHING;
  }
  return { do: "remove" };
}

function decidePresent(stream: StreamState, state: TypeState, name: string, entry: CacheEntry): Decision {
  const { typeUrl } = state.rule;
  const { version } = entry.resource;
  if (!state.wants(name)) return NOTHING;
  if (!state.forced.has(name)) {
    if (state.rejected.get(name) === version) return NOTHING;
    const held = state.held.get(name);
    if (held?.version === version) {
      if (held.seq !== entry.seq || held.requires !== entry.resource.requires) recognise(stream, state, held, entry);
      return NOTHING;
    }
  }
  const blockers = blockedOn(stream, state.rule, entry);
  if (blockers.length > 0) {
    for (const blocker of blockers) stream.wait({ typeUrl, name }, blocker);
    return WAIT;
  }
  if (typeUrl === TYPE_URL.listener && !quietBefore(stream, entry.seq)) return { do: "later" };
  return { do: "send", entry };
}

/** What Envoy holds is the current version after all: the cache changed and changed back, or came to know it again. */
function recognise(stream: StreamState, state: TypeState, held: Held, entry: CacheEntry): void {
  const { typeUrl, name, version, requires } = entry.resource;
  if (state.rule.namesClusters) stream.uses.retain(requires);
  stream.release(state, held.requires);
  state.held.set(name, { version, seq: entry.seq, requires });
  stream.emit({ type: "acked", typeUrl, name, version });
  stream.wake({ typeUrl, name });
}

/**
 * The first requirement that is not met, with those that lead to it; empty when all are met. What Envoy asks for only
 * once it has received this resource need not be acknowledged yet, but must be ready to be sent. What made Envoy ask
 * for this resource is there already, or it would not have asked; and if its newest version was refused, the one it
 * has still wants to be served.
 */
function blockedOn(stream: StreamState, rule: TypeRule, entry: CacheEntry): readonly ResourceKey[] {
  for (const need of entry.needs) {
    const needRule = typeRule(need.typeUrl);
    if (needRule === undefined) return [need];
    if (rule.asksFor.includes(need.typeUrl)) {
      const asked = stream.cache.get(need.typeUrl, need.name);
      if (asked === undefined) return [need];
      const deeper = blockedOn(stream, needRule, asked);
      if (deeper.length > 0) return [need, ...deeper];
    } else if (!needRule.asksFor.includes(rule.typeUrl) && !stream.acked(need)) {
      return [need];
    }
  }
  return [];
}

/** Whether all that changed before is in place, so that a listener does not open ahead of its routes. */
function quietBefore(stream: StreamState, seq: number): boolean {
  for (const other of stream.unsettled.values()) if (other <= seq) return false;
  return true;
}
