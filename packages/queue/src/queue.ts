import type { Log } from "@fairlead/core";

/** A message as a handler gets it. */
export interface QueueMessage {
  readonly body: string;
  /** How often it was received, this time included. */
  readonly receives: number;
}

/** Handles one message. Resolving removes it, rejecting brings it back later. `signal`: aborted when consuming ends. */
export type QueueHandler = (message: QueueMessage, signal: AbortSignal) => Promise<void>;

export interface ConsumeOptions {
  /** Ends consuming: nothing more is received, running handlers are waited for. */
  readonly signal: AbortSignal;
  /** Messages handled at the same time. Default 4. */
  readonly concurrency?: number | undefined;
}

/**
 * A queue of short texts. At least once, in no order: a message may come twice, late, or after a newer one. What fails
 * too often goes to the dead letters. Both adapters behave the same; one battery of tests holds them to it.
 */
export interface Queue extends AsyncDisposable {
  /** Resolves once the queue has them all. An empty list is no error. */
  send(bodies: readonly string[]): Promise<void>;
  /** Handles messages until aborted; resolves when the last handler has ended. Trouble with the queue is logged and retried. */
  consume(handler: QueueHandler, options: ConsumeOptions): Promise<void>;
  /** Ends all consuming and lets go of connections. */
  close(): Promise<void>;
}

export interface QueueOptions {
  readonly log: Log;
  /** How long a received message is hidden from others unless its handler is still at work, in milliseconds. Default 30,000. */
  readonly visibilityMs?: number | undefined;
  /** Upper bound of the first delay after a failure, in milliseconds; doubles with every further one. Default 1,000. */
  readonly retryBaseMs?: number | undefined;
  /** Upper bound of that delay, in milliseconds. Default 60,000. */
  readonly retryMaxMs?: number | undefined;
}
