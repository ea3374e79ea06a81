import type { GarbageCollector } from "./garbage-collector.ts";
import { textAt } from "./json-value.ts";
import { kindAt } from "./kind.ts";
import type { ObjectStorage } from "./object-storage.ts";

/** As long as the API server keeps them. */
const LIFETIME_MS = 60 * 60_000;
const EVERY_MS = 60_000;

/** Takes Events away an hour after they were last seen. */
export class EventSweeper implements Disposable {
  readonly #timer: NodeJS.Timeout;

  constructor(options: {
    readonly storage: ObjectStorage;
    readonly collector: GarbageCollector;
    readonly now: () => number;
  }) {
    this.#timer = setInterval(() => sweep(options.storage, options.collector, options.now()), EVERY_MS);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function sweep(storage: ObjectStorage, collector: GarbageCollector, now: number): void {
  const kind = kindAt("v1", "events");
  if (kind === undefined) return;
  for (const stored of [...storage.all(kind)]) {
    const seen = textAt(stored.object, "lastTimestamp") || stored.object.metadata.creationTimestamp || "";
    if (now - Date.parse(seen) > LIFETIME_MS) collector.delete(stored, { orphan: false, dryRun: false });
  }
}
