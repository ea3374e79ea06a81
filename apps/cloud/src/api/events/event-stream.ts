import type { TokenId } from "@fairlead/contract";
import type { Revision } from "@fairlead/core";

/** Why a stream ended. */
export type EndReason = "left" | "slow" | "revoked" | "closing";

export interface EventStreamOptions {
  readonly token: TokenId;
  /** Whether the token is still in force. */
  readonly authorized: () => Promise<boolean>;
  /** Bytes that may wait for the reader; one event more ends the stream. */
  readonly bufferBytes: number;
  readonly onEnd: (reason: EndReason) => void;
}

/**
 * One reader's stream. What it cannot take in time is not kept: the stream ends, and the reader resumes from where it
 * was. The waiting events are ours and not the stream's, so that ending it frees them.
 */
export class EventStream {
  readonly token: TokenId;
  readonly authorized: () => Promise<boolean>;
  readonly body: ReadableStream<Uint8Array>;
  /** The newest entry of the log it was told of; undefined until it has joined. */
  toldTo: Revision | undefined;
  readonly #bufferBytes: number;
  readonly #onEnd: (reason: EndReason) => void;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #wake: () => void = () => {};
  #live = true;

  constructor({ token, authorized, bufferBytes, onEnd }: EventStreamOptions) {
    this.token = token;
    this.authorized = authorized;
    this.#bufferBytes = bufferBytes;
    this.#onEnd = onEnd;
    this.body = new ReadableStream<Uint8Array>(
      { pull: (controller) => this.#pull(controller), cancel: () => this.end("left") },
      { highWaterMark: 0 },
    );
  }

  /** Whether it takes events. */
  get live(): boolean {
    return this.#live;
  }

  /** Sends what was encoded, or ends the stream when too much waits already. */
  send(bytes: Uint8Array): void {
    if (!this.#live) return;
    if (this.#waitingBytes + bytes.byteLength > this.#bufferBytes) {
      this.#waiting = [];
      this.end("slow");
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.byteLength;
    this.#wake();
  }

  /** Takes no more events; what waits is still read. */
  end(reason: EndReason): void {
    if (!this.#live) return;
    this.#live = false;
    this.#wake();
    this.#onEnd(reason);
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (this.#waiting.length === 0 && this.#live) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const next = this.#waiting.shift();
    if (next === undefined) return controller.close();
    this.#waitingBytes -= next.byteLength;
    controller.enqueue(next);
  }
}
