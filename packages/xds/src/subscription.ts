import { type ResourceKey, TYPE_URL } from "@fairlead/envoy";
import type { DeltaRequest } from "./ads-messages.ts";
import type { StreamState } from "./stream-state.ts";
import type { TypeState } from "./type-state.ts";

const EVERYTHING = "*";

/** Takes over what a request says Envoy wants, no longer wants, and holds from an earlier stream. */
export function applySubscription(stream: StreamState, state: TypeState, request: DeltaRequest): void {
  const first = !state.seen;
  if (first) takeOver(stream, state, request.initialVersions);
  for (const name of request.unsubscribe) {
    if (name === EVERYTHING) forgetAll(stream, state);
    else if (state.names.delete(name)) forget(stream, state, name);
  }
  const legacyWildcard = first && state.rule.wildcard && request.subscribe.length === 0;
  if (legacyWildcard || request.subscribe.includes(EVERYTHING)) subscribeAll(stream, state);
  for (const name of request.subscribe) {
    if (name === EVERYTHING) continue;
    state.names.add(name);
    // Asking again means it was dropped meanwhile; only what Envoy brought along need not be repeated.
    if (!first || !request.initialVersions.has(name) || isWarming(stream, state, name)) state.forced.add(name);
    stream.touch(state, name);
  }
}

function isWarming(stream: StreamState, state: TypeState, name: string): boolean {
  return state.rule.typeUrl === TYPE_URL.endpoints && stream.cache.warming.has(name);
}

function takeOver(stream: StreamState, state: TypeState, versions: ReadonlyMap<string, string>): void {
  const { typeUrl } = state.rule;
  state.seen = true;
  state.initialCount = versions.size;
  for (const [name, version] of versions) {
    const entry = stream.cache.get(typeUrl, name);
    const known = entry?.resource.version === version ? entry : undefined;
    const requires = known?.resource.requires;
    state.held.set(name, { version, seq: known?.seq ?? 0, requires });
    if (state.rule.namesClusters) stream.uses.retain(requires);
    if (known !== undefined) {
      stream.cache.markProven(known.resource);
      stream.emit({ type: "acked", typeUrl, name, version });
    }
    stream.wake({ typeUrl, name });
  }
  stream.reviewRemovals();
}

function subscribeAll(stream: StreamState, state: TypeState): void {
  state.wildcard = true;
  for (const [name, entry] of stream.cache.all(state.rule.typeUrl)) {
    if (state.held.get(name)?.version !== entry.resource.version) stream.touch(state, name);
  }
  for (const name of state.held.keys()) {
    if (stream.cache.get(state.rule.typeUrl, name) === undefined) stream.touch(state, name);
  }
}

function forgetAll(stream: StreamState, state: TypeState): void {
  state.wildcard = false;
  state.answered = false;
  for (const name of new Set([...state.held.keys(), ...state.pending.keys(), ...state.rejected.keys()])) {
    if (!state.names.has(name)) forget(stream, state, name);
  }
}

/** Envoy has dropped `name` of its own accord. */
function forget(stream: StreamState, state: TypeState, name: string): void {
  const ref: ResourceKey = { typeUrl: state.rule.typeUrl, name };
  const held = state.held.get(name);
  state.held.delete(name);
  if (held !== undefined) stream.release(state, held.requires);
  const sent = state.pending.get(name)?.items.get(name);
  state.pending.delete(name);
  if (sent !== undefined) stream.release(state, sent.resource.requires);
  state.forced.delete(name);
  state.rejected.delete(name);
  state.alone.delete(name);
  stream.settle(state, name);
  stream.emit({ type: "removed", ...ref });
}
