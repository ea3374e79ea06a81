import { TYPE_URL } from "@fairlead/envoy";
import type { StreamState } from "./stream-state.ts";
import type { Flight, SentItem, TypeState } from "./type-state.ts";

/** Envoy accepted a response. */
export function onAck(stream: StreamState, flight: Flight): void {
  for (const [name, item] of landing(flight)) {
    if (item === undefined) onRemoved(stream, flight.state, name);
    else onHeld(stream, flight.state, name, item);
  }
}

/**
 * Envoy rejected a response. Alone, its resource is the culprit. With others it is not known which was meant, nor
 * which of the others Envoy took over, so each is sent again alone.
 */
export function onNack(stream: StreamState, flight: Flight, message: string): void {
  const { state } = flight;
  const { typeUrl } = state.rule;
  const single = flight.items.size === 1;
  const onlyRemovals = [...flight.items.values()].every((item) => item === undefined);
  for (const [name, item] of landing(flight)) {
    if (item === undefined) {
      // A refused removal is not tried again; one refused with others was not the reason.
      if (onlyRemovals) onRemoved(stream, state, name);
      else stream.touch(state, name);
    } else if (single) {
      const { version, sources } = item.resource;
      state.rejected.set(name, version);
      stream.release(state, item.resource.requires);
      stream.emit({ type: "nacked", typeUrl, name, version, message, sources });
      stream.touch(state, name);
    } else {
      state.alone.add(name);
      keepBoth(stream, state, name, item);
      stream.touch(state, name);
    }
  }
}

/** The names for which this flight is still the one on its way; Envoy may have dropped others meanwhile. */
function* landing(flight: Flight): Generator<readonly [string, SentItem | undefined]> {
  for (const entry of flight.items) {
    if (flight.state.pending.get(entry[0]) !== flight) continue;
    flight.state.pending.delete(entry[0]);
    yield entry;
  }
}

function onHeld(stream: StreamState, state: TypeState, name: string, item: SentItem): void {
  const { typeUrl } = state.rule;
  const { version, requires } = item.resource;
  const before = state.held.get(name);
  state.held.set(name, { version, seq: item.seq, requires });
  if (before !== undefined) stream.release(state, before.requires);
  state.rejected.delete(name);
  state.alone.delete(name);
  stream.cache.markProven(item.resource);
  if (typeUrl === TYPE_URL.endpoints && !state.forced.has(name)) stream.cache.warming.delete(name);
  stream.emit({ type: "acked", typeUrl, name, version });
  stream.wake({ typeUrl, name });
  stream.touch(state, name);
}

function onRemoved(stream: StreamState, state: TypeState, name: string): void {
  const before = state.held.get(name);
  state.held.delete(name);
  if (before !== undefined) stream.release(state, before.requires);
  if (state.rule.typeUrl === TYPE_URL.cluster) stream.cache.warming.delete(name);
  stream.emit({ type: "removed", typeUrl: state.rule.typeUrl, name });
  stream.touch(state, name);
}

/** Envoy may use the old or the new version: both count as uses until one of them is certain. */
function keepBoth(stream: StreamState, state: TypeState, name: string, item: SentItem): void {
  const before = state.held.get(name);
  const certain = before === undefined || before.requires !== undefined;
  const requires = certain ? [...(before?.requires ?? []), ...item.resource.requires] : undefined;
  if (state.rule.namesClusters) stream.uses.retain(requires);
  if (before !== undefined) stream.release(state, before.requires);
  stream.release(state, item.resource.requires);
  state.held.set(name, { version: before?.version ?? "", seq: before?.seq ?? 0, requires });
}
