import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "@fairlead/testkit";
import { expect, test } from "vitest";
import type { Queue, QueueHandler } from "../queue.ts";

/** Messages reappear this long after a receiver vanished, in milliseconds. */
export const VISIBILITY_MS = 1000;
/** Receives before a message is a dead letter. */
export const MAX_RECEIVES = 3;

/** One adapter on a fresh queue. */
export interface QueueHarness extends AsyncDisposable {
  /** A client of the queue with {@link VISIBILITY_MS} and short retry delays, as another process would have one. */
  open(): Queue;
  /** Receives one message and never says anything about it again, as a crashed process does. */
  takeAndVanish(): Promise<void>;
  deadLetters(): Promise<readonly string[]>;
}

/** What every adapter must do. Run by each one's own test file. */
export function queueBattery(fresh: () => Promise<QueueHarness>): void {
  const start = (queue: Queue, handler: QueueHandler, concurrency = 4) => {
    const stop = new AbortController();
    const ended = queue.consume(handler, { signal: stop.signal, concurrency });
    return {
      stop: async () => {
        stop.abort();
        await ended;
      },
    };
  };

  test("every message is handled, by any of several consumers, a repeated one again", async () => {
    await using harness = await fresh();
    await using first = harness.open();
    await using second = harness.open();
    const handled: string[] = [];
    const handler: QueueHandler = async ({ body }) => {
      handled.push(body);
    };
    const consumers = [start(first, handler), start(second, handler)];
    const bodies = Array.from({ length: 25 }, (_, index) => `message ${index}`);
    await first.send([...bodies, "message 0"]);
    await first.send([]);
    await eventually(() => expect(handled.length).toBeGreaterThanOrEqual(26));
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    expect([...new Set(handled)].sort()).toEqual([...bodies].sort());
  });

  test("a waiting consumer is woken by what is sent", async () => {
    await using harness = await fresh();
    await using queue = harness.open();
    let handledAt = 0;
    const consumer = start(queue, async () => {
      handledAt = performance.now();
    });
    await sleep(200);
    const sentAt = performance.now();
    await queue.send(["wake up"]);
    await eventually(() => expect(handledAt).toBeGreaterThan(0));
    expect(handledAt - sentAt).toBeLessThan(1000);
    await consumer.stop();
  });

  test("what fails comes back and says how often it was received", async () => {
    await using harness = await fresh();
    await using queue = harness.open();
    const receives: number[] = [];
    const consumer = start(queue, async (message) => {
      receives.push(message.receives);
      if (receives.length === 1) throw new Error("not yet");
    });
    await queue.send(["again"]);
    await eventually(() => expect(receives).toEqual([1, 2]));
    await consumer.stop();
    expect(await harness.deadLetters()).toEqual([]);
  });

  test("poison becomes a dead letter and holds nothing else up", async () => {
    await using harness = await fresh();
    await using queue = harness.open();
    const handled: string[] = [];
    let tries = 0;
    const consumer = start(
      queue,
      async ({ body }) => {
        if (body === "poison") {
          tries += 1;
          throw new Error("cannot be handled");
        }
        handled.push(body);
      },
      1,
    );
    await queue.send(["poison", "a", "b"]);
    await eventually(async () => expect(await harness.deadLetters()).toEqual(["poison"]), { timeoutMs: 20_000 });
    await consumer.stop();
    expect(handled.sort()).toEqual(["a", "b"]);
    expect(tries).toBe(MAX_RECEIVES);
  });

  test("what a crashed consumer had comes back", async () => {
    await using harness = await fresh();
    await using queue = harness.open();
    await queue.send(["left behind"]);
    await harness.takeAndVanish();
    const handled: number[] = [];
    const consumer = start(queue, async ({ receives }) => {
      handled.push(receives);
    });
    await eventually(() => expect(handled).toEqual([2]));
    await consumer.stop();
  });

  test("a handler at work for longer than the hiding time keeps its message to itself", async () => {
    await using harness = await fresh();
    await using queue = harness.open();
    await using other = harness.open();
    let handled = 0;
    const handler: QueueHandler = async () => {
      handled += 1;
      await sleep(VISIBILITY_MS * 2.5);
    };
    const consumers = [start(queue, handler), start(other, handler)];
    await queue.send(["long work"]);
    await eventually(() => expect(handled).toBe(1));
    await sleep(VISIBILITY_MS * 2);
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    expect(handled).toBe(1);
  });

  test("abort waits for what is at work, takes nothing new and loses nothing", async () => {
    await using harness = await fresh();
    await using queue = harness.open();
    const finished: string[] = [];
    let begun = 0;
    const consumer = start(
      queue,
      async ({ body }) => {
        begun += 1;
        await sleep(150);
        finished.push(body);
      },
      2,
    );
    const bodies = ["1", "2", "3", "4", "5"];
    await queue.send(bodies);
    await eventually(() => expect(begun).toBeGreaterThanOrEqual(1));
    await consumer.stop();
    const atStop = [...finished];
    expect(atStop.length).toBe(begun);
    await sleep(300);
    expect(finished).toEqual(atStop);

    const next = start(queue, async ({ body }) => {
      finished.push(body);
    });
    await eventually(() => expect([...finished].sort()).toEqual(bodies));
    await next.stop();
  });

  test("what is cut off by the abort is somebody else's at once", async () => {
    await using harness = await fresh();
    await using queue = harness.open();
    await using other = harness.open();
    let begun = false;
    const consumer = start(queue, async (_, signal) => {
      begun = true;
      await sleep(60_000, undefined, { signal });
    });
    await queue.send(["handed over"]);
    await eventually(() => expect(begun).toBe(true));
    await consumer.stop();
    let handled = false;
    const next = start(other, async () => {
      handled = true;
    });
    await eventually(() => expect(handled).toBe(true), { timeoutMs: 900 });
    await next.stop();
  });
}
