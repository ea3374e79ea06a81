import { fullJitter, systemClock } from "@fairlead/core";
import type { ConsumeOptions, QueueHandler, QueueMessage, QueueOptions } from "./queue.ts";

/** A message that is hidden from others until it is removed or its time is up. */
interface Received extends QueueMessage {
  /** Good until the message is received again. */
  readonly receipt: string;
}

/** What an adapter must be able to do; everything else is the same for all. */
export interface MessageSource {
  /** Up to `limit` messages; waits a while when there are none, and may then give none. Rejects when aborted. */
  receive(limit: number, signal: AbortSignal): Promise<readonly Received[]>;
  remove(receipt: string): Promise<void>;
  /** Hides the message for so long from now; 0 shows it at once. */
  postpone(receipt: string, delayMs: number): Promise<void>;
}

/** The loop of all adapters. Receives only what it has a free place for, so nothing sits here unhandled. */
export async function consume(
  source: MessageSource,
  handler: QueueHandler,
  { signal, concurrency = 4 }: ConsumeOptions,
  options: QueueOptions,
): Promise<void> {
  const running = new Set<Promise<void>>();
  const backoff = { baseMs: 200, maxMs: 10_000 };
  let failures = 0;
  while (!signal.aborted) {
    if (running.size >= concurrency) {
      await Promise.race(running);
      continue;
    }
    try {
      for (const message of await source.receive(concurrency - running.size, signal)) {
        const work = handle(source, message, handler, signal, options).finally(() => running.delete(work));
        running.add(work);
      }
      failures = 0;
    } catch (error) {
      if (signal.aborted) break;
      options.log.warn("queue receive failed", { error });
      await systemClock.sleep(fullJitter(failures++, backoff), signal).catch(() => {});
    }
  }
  await Promise.all(running);
}

/** Never rejects. */
async function handle(
  source: MessageSource,
  message: Received,
  handler: QueueHandler,
  signal: AbortSignal,
  { log, visibilityMs = 30_000, retryBaseMs = 1000, retryMaxMs = 60_000 }: QueueOptions,
): Promise<void> {
  const { receipt, body, receives } = message;
  const keepHidden = setInterval(() => {
    source.postpone(receipt, visibilityMs).catch((error: unknown) => {
      log.warn("queue message could not be kept hidden", { error });
    });
  }, visibilityMs / 2);
  try {
    await handler({ body, receives }, signal);
    clearInterval(keepHidden);
    await source.remove(receipt);
  } catch (error) {
    clearInterval(keepHidden);
    log.warn("queue message failed", { error, receives });
    // What was cut off by our own end is somebody else's at once.
    const delayMs = signal.aborted ? 0 : fullJitter(receives - 1, { baseMs: retryBaseMs, maxMs: retryMaxMs });
    await source.postpone(receipt, delayMs).catch((problem: unknown) => {
      // It comes back by itself when its time is up.
      log.warn("queue message could not be given back", { error: problem });
    });
  }
}
