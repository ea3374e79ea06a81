import type { FactsFrame, FactsQuota } from "../frame.ts";
import type { HubEffect } from "../hub-protocol.ts";

/** Takes what a connector tells of its cluster, over one connection: in order, once, and stored before it is acknowledged. */
export class FactsReceiver {
  #round = 0;
  #seq = 0;
  /** A head is being read: facts of the round before are void. */
  #isLoading = false;
  #isRefused = false;

  /** The connector is ready to tell. */
  offered(): HubEffect[] {
    if (this.#isLoading) return [];
    this.#isLoading = true;
    this.#isRefused = false;
    return [{ type: "loadFacts" }];
  }

  /** What is stored was read. */
  loaded(digest: string, quota: FactsQuota): HubEffect[] {
    this.#isLoading = false;
    this.#round += 1;
    this.#seq = 0;
    return [{ type: "send", frame: { type: "factsHead", round: this.#round, digest, quota } }];
  }

  received(frame: FactsFrame): HubEffect[] {
    if (this.#isLoading || this.#isRefused || frame.round !== this.#round || frame.seq <= this.#seq) return [];
    // One is missing: what is stored by now is what to go on from.
    if (frame.seq !== this.#seq + 1) return this.offered();
    this.#seq = frame.seq;
    return [{ type: "storeFacts", facts: frame }];
  }

  /** Facts were stored, or are too many. */
  stored({ round, seq }: FactsFrame, refused: boolean): HubEffect[] {
    if (round !== this.#round) return [];
    this.#isRefused ||= refused;
    return [{ type: "send", frame: { type: "factsAck", round, seq, refused } }];
  }
}
