import type { ServerResponse } from "node:http";
import { expired, tooLarge } from "./api-failure.ts";
import type { Kind } from "./kind.ts";
import type { ObjectStorage, Stored, StoredEvent } from "./object-storage.ts";
import type { Predicate } from "./selectors.ts";
import { type IncludeObject, tableOf } from "./table.ts";

export interface WatchRequest {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly predicate: Predicate | undefined;
  /** Where to go on; undefined: start with what there is. */
  readonly resourceVersion: number | undefined;
  readonly bookmarks: boolean;
  /** Mark the end of what there is by a bookmark. */
  readonly sendInitialEvents: boolean;
  readonly timeoutSeconds: number;
  readonly table: IncludeObject | undefined;
}

export interface WatchStreamOptions {
  readonly storage: ObjectStorage;
  readonly bookmarkMs: number;
  readonly now: () => number;
}

/** A watcher this far behind is cut off; it will come back where it stopped. */
const MAX_BACKLOG_BYTES = 64 * 1024 * 1024;

/** The line of each event is made once, however many watch. */
const lines = new WeakMap<StoredEvent, Buffer>();

/** Answers a watch: what there is or was missed, then every event as it becomes durable. Resolves at its end. */
export async function serveWatch(
  response: ServerResponse,
  request: WatchRequest,
  options: WatchStreamOptions,
): Promise<void> {
  const { storage } = options;
  await storage.durable();
  const { kind, predicate, resourceVersion } = request;
  response.writeHead(200, { "content-type": "application/json", "transfer-encoding": "chunked" });
  response.flushHeaders();
  const missed = resourceVersion === undefined ? initialEvents(storage, request) : storage.since(kind, resourceVersion);
  if (missed === undefined || (resourceVersion ?? 0) > storage.resourceVersion) {
    const asked = resourceVersion ?? 0;
    const failure =
      missed === undefined
        ? expired(`too old resource version: ${asked} (${storage.resourceVersion})`)
        : tooLarge(asked, storage.resourceVersion);
    response.end(`${JSON.stringify({ type: "ERROR", object: failure.status })}\n`);
    return;
  }
  let isFirst = true;
  const encode = (type: StoredEvent["type"], event: StoredEvent): Buffer | string => {
    if (request.table === undefined)
      return type === event.type ? lineOf(event) : `{"type":"${type}","object":${event.stored.json}}\n`;
    const table = tableOf(kind, [event.stored.object], {
      nowMs: options.now(),
      include: request.table,
      metadata: { resourceVersion: `${event.resourceVersion}` },
      withColumns: isFirst,
    });
    isFirst = false;
    return `${JSON.stringify({ type, object: table })}\n`;
  };
  const send = (events: readonly StoredEvent[]) => {
    for (const event of events) {
      const type = seenAs(event, request.namespace, predicate);
      if (type !== undefined) response.write(encode(type, event));
    }
    if (response.writableLength > MAX_BACKLOG_BYTES) response.destroy();
  };
  const bookmark = (annotations?: Record<string, string>) => {
    const metadata = {
      resourceVersion: `${storage.durableVersion}`,
      ...(annotations === undefined ? {} : { annotations }),
    };
    const object = { kind: kind.kind, apiVersion: kind.apiVersion, metadata };
    const shown =
      request.table === undefined
        ? object
        : tableOf(kind, [], { nowMs: 0, include: "None", metadata, withColumns: false });
    response.write(`${JSON.stringify({ type: "BOOKMARK", object: shown })}\n`);
  };
  send(missed);
  if (request.sendInitialEvents) bookmark({ "k8s.io/initial-events-end": "true" });
  // What is stored but not told yet is among the initial objects, but not among the missed events.
  const start = resourceVersion === undefined ? storage.resourceVersion : storage.durableVersion;
  const stopListening = storage.listen(kind, (events) => send(events.filter((event) => event.resourceVersion > start)));
  const heartbeat = request.bookmarks ? setInterval(bookmark, options.bookmarkMs) : undefined;
  const end = setTimeout(() => response.end(), request.timeoutSeconds * 1000);
  await new Promise((resolve) => response.once("close", resolve));
  stopListening();
  clearInterval(heartbeat);
  clearTimeout(end);
}

function initialEvents(storage: ObjectStorage, request: WatchRequest): StoredEvent[] {
  const event = (stored: Stored): StoredEvent => ({
    type: "ADDED",
    stored,
    previous: undefined,
    resourceVersion: stored.resourceVersion,
  });
  return [...storage.all(request.kind)].map(event);
}

/** How a watcher with this selection sees an event; undefined when not at all. */
function seenAs(
  event: StoredEvent,
  namespace: string | undefined,
  predicate: Predicate | undefined,
): StoredEvent["type"] | undefined {
  const { type, stored, previous } = event;
  if (namespace !== undefined && stored.object.metadata.namespace !== namespace) return undefined;
  if (predicate === undefined) return type;
  const was = previous !== undefined && predicate(previous.object);
  if (type === "DELETED") return was ? type : undefined;
  const is = predicate(stored.object);
  if (is) return was ? "MODIFIED" : "ADDED";
  return was ? "DELETED" : undefined;
}

function lineOf(event: StoredEvent): Buffer {
  let line = lines.get(event);
  if (line === undefined) {
    line = Buffer.from(`{"type":"${event.type}","object":${event.stored.json}}\n`);
    lines.set(event, line);
  }
  return line;
}
