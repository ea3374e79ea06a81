import type { Database, Subscription } from "@fairlead/database";
import { consume, type MessageSource } from "./consume.ts";
import type { Queue, QueueOptions } from "./queue.ts";

export interface PostgresQueueOptions extends QueueOptions {
  readonly database: Database;
  /** Name of the queue; messages of other names are not seen. */
  readonly queue: string;
  /** Receives before a message becomes a dead letter. Default 5. */
  readonly maxReceives?: number | undefined;
  /** Longest wait between looks when no notification comes, in milliseconds. Default 5,000. */
  readonly pollMs?: number | undefined;
}

/** The queue that needs nothing but the database. Woken by notification; polls in case one was missed. */
export function postgresQueue(options: PostgresQueueOptions): Queue {
  const { database, queue, visibilityMs = 30_000, maxReceives = 5, pollMs = 5000 } = options;
  const { queue: store } = database.system;
  const ended = new AbortController();
  const loops = new Set<Promise<void>>();
  const wakers = new Set<() => void>();
  const wake = () => {
    for (const waker of wakers) waker();
  };
  let subscription: Promise<Subscription> | undefined;

  const source: MessageSource = {
    receive: async (limit, signal) => {
      // The ear is opened before the look: what is sent in between wakes us.
      const bell = ring(wakers, signal);
      try {
        const messages = await store.receive(queue, { limit, visibilityMs, maxReceives });
        if (messages.length > 0) return messages;
        const dueMs = await store.nextDueMs(queue);
        await bell.within(Math.min(pollMs, dueMs ?? pollMs));
        return [];
      } finally {
        bell.close();
      }
    },
    remove: (receipt) => store.remove(queue, [receipt]),
    postpone: (receipt, delayMs) => store.postpone(queue, receipt, delayMs),
  };

  const close = async () => {
    ended.abort();
    await Promise.all(loops);
    await (await subscription)?.close();
    subscription = undefined;
  };
  return {
    send: async (bodies) => {
      if (bodies.length > 0) await store.send(queue, bodies);
    },
    consume: async (handler, consuming) => {
      subscription ??= database.listen("queue", (name) => name === queue && wake(), wake);
      await subscription;
      const signal = AbortSignal.any([ended.signal, consuming.signal]);
      const loop = consume(source, handler, { ...consuming, signal }, options).finally(() => loops.delete(loop));
      loops.add(loop);
      await loop;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Waits for a wake-up that may come before the waiting begins. */
function ring(wakers: Set<() => void>, signal: AbortSignal) {
  let rung = () => {};
  const bell = new Promise<void>((resolve) => {
    rung = resolve;
  });
  wakers.add(rung);
  signal.addEventListener("abort", rung);
  if (signal.aborted) rung();
  return {
    within: async (ms: number) => {
      const timer = setTimeout(rung, ms);
      await bell;
      clearTimeout(timer);
    },
    close: () => {
      wakers.delete(rung);
      signal.removeEventListener("abort", rung);
    },
  };
}
