import type { EventName, ServerEvent } from "@fairlead/contract";

const encoder = new TextEncoder();

/** A comment: keeps proxies from closing a quiet stream, and lets the reader notice a dead one. */
export const HEARTBEAT: Uint8Array = encoder.encode(":\n\n");

/** An event as the stream carries it. Source: HTML Standard, "Server-sent events", event stream format. */
export function eventBytes(event: ServerEvent): Uint8Array {
  const { event: name, ...data } = event;
  // Only what has a place in the log moves the position that `Last-Event-ID` gives back.
  const id = "revision" in event ? `id: ${event.revision}\n` : "";
  return encoder.encode(`event: ${name satisfies EventName}\n${id}data: ${JSON.stringify(data)}\n\n`);
}
