import { isDeepStrictEqual } from "node:util";
import type { BundleKey, DigestHex, Fact, FactsAckFrame, FactsFrame, FactsHeadFrame } from "../frame.ts";
import { FACTS_CONFIRM_MS, FACTS_WINDOW, MAX_LIST_ENTRIES } from "../limits.ts";
import { ManifestDigest, manifestDigest } from "../manifest-digest.ts";
import type { Excess, FactBook } from "./fact-book.ts";

/** Upper bounds of what a message's own fields, a kind that was left out, and a list item take beside their texts, in bytes. */
const FRAME_OVERHEAD_BYTES = 192;
const KIND_OVERHEAD_BYTES = 72;
const ITEM_OVERHEAD_BYTES = 16;

/** One round of telling: begins with a head, ends with the next one or the connection. */
interface Round {
  readonly head: FactsHeadFrame;
  /** What the hub has once it has taken everything sent. */
  readonly told: Map<BundleKey, DigestHex>;
  readonly digest: ManifestDigest;
  readonly pending: Set<BundleKey>;
  /** Everything is told anew: keys in order, and how far it is. */
  anew: { readonly keys: readonly BundleKey[]; at: number } | undefined;
  excess: Excess;
  /** What was left out when it was last told. */
  toldExcess: Excess;
  seq: number;
  acked: number;
  sentAt: number;
}

/** Tells a hub what is in a {@link FactBook}, over one connection: nothing when it knows all, else as little as possible. */
export class FactsSender {
  readonly #book: FactBook;
  readonly #maxFrameBytes: number;
  #round: Round | undefined;

  constructor(book: FactBook, maxFrameBytes: number) {
    this.#book = book;
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** The hub said what it has. */
  head(head: FactsHeadFrame, now: number): FactsFrame[] {
    if (this.#round !== undefined && head.round <= this.#round.head.round) return [];
    const excess = this.#excess(head);
    const keys = [...this.#book.facts.keys()].filter((key) => !excess.keys.has(key)).sort();
    const told = new Map(keys.map((key) => [key, this.#book.facts.get(key)?.digest ?? ""]));
    const digest = manifestDigest([...told].map(([key, digest]) => ({ key, digest })));
    const isKnown = head.digest === digest;
    this.#round = {
      head,
      told: isKnown ? told : new Map(),
      digest: new ManifestDigest(isKnown ? digest : undefined),
      pending: new Set(),
      anew: isKnown ? undefined : { keys, at: 0 },
      excess,
      toldExcess: excess,
      seq: 0,
      acked: 0,
      sentAt: now,
    };
    // What is known is confirmed, so that the hub knows how old it is.
    return isKnown ? [this.#frame(this.#round, { upserts: [], removals: [] }, now)] : this.#next(now);
  }

  /** These facts changed in the book. */
  changed(keys: readonly BundleKey[], now: number): FactsFrame[] {
    const round = this.#round;
    if (round === undefined) return [];
    for (const key of keys) round.pending.add(key);
    const before = round.excess;
    round.excess = this.#excess(round.head);
    for (const key of [...before.keys, ...round.excess.keys]) round.pending.add(key);
    return this.#next(now);
  }

  /** The hub has stored a message. */
  acked(ack: FactsAckFrame, now: number): FactsFrame[] {
    const round = this.#round;
    if (round === undefined || ack.round !== round.head.round || ack.seq > round.seq) return [];
    if (ack.refused) {
      this.#round = undefined;
      return [];
    }
    round.acked = Math.max(round.acked, ack.seq);
    return this.#next(now);
  }

  /** Time passed. */
  tick(now: number): FactsFrame[] {
    const round = this.#round;
    if (round === undefined || round.acked < round.seq || now - round.sentAt < FACTS_CONFIRM_MS) return [];
    return [this.#frame(round, { upserts: [], removals: [] }, now)];
  }

  /** As many messages as the window lets through. */
  #next(now: number): FactsFrame[] {
    const frames: FactsFrame[] = [];
    const round = this.#round;
    while (round !== undefined && round.seq - round.acked < FACTS_WINDOW) {
      const frame = round.anew === undefined ? this.#delta(round, now) : this.#range(round, round.anew, now);
      if (frame === undefined) break;
      frames.push(frame);
    }
    return frames;
  }

  #range(round: Round, anew: NonNullable<Round["anew"]>, now: number): FactsFrame {
    const after = anew.keys[anew.at - 1] ?? "";
    const upserts: Fact[] = [];
    let room = this.#roomOf(round) - Buffer.byteLength(after);
    for (; anew.at < anew.keys.length && upserts.length < MAX_LIST_ENTRIES; anew.at++) {
      const key = anew.keys[anew.at] ?? "";
      const fact = round.excess.keys.has(key) ? undefined : this.#book.facts.get(key);
      if (fact === undefined) continue;
      const size = sizeOf(key, fact.sizeBytes);
      // The last key is named once more, as the end of the range.
      if (size + Buffer.byteLength(key) > room && upserts.length > 0) break;
      room -= size;
      upserts.push({ key, body: fact.body });
      round.told.set(key, fact.digest);
      round.digest.add(key, fact.digest);
    }
    const isLast = anew.at >= anew.keys.length;
    if (isLast) round.anew = undefined;
    const range = { after, through: isLast ? undefined : anew.keys[anew.at - 1] };
    return this.#frame(round, { upserts, removals: [], range }, now);
  }

  #delta(round: Round, now: number): FactsFrame | undefined {
    const upserts: Fact[] = [];
    const removals: BundleKey[] = [];
    let room = this.#roomOf(round);
    for (const key of round.pending) {
      const fact = round.excess.keys.has(key) ? undefined : this.#book.facts.get(key);
      const before = round.told.get(key);
      const size = sizeOf(key, fact?.sizeBytes ?? 0);
      const count = upserts.length + removals.length;
      if (count > 0 && (size > room || count >= MAX_LIST_ENTRIES)) break;
      round.pending.delete(key);
      if (fact?.digest === before) continue;
      room -= size;
      if (before !== undefined) round.digest.remove(key, before);
      if (fact === undefined) {
        removals.push(key);
        round.told.delete(key);
        continue;
      }
      upserts.push({ key, body: fact.body });
      round.told.set(key, fact.digest);
      round.digest.add(key, fact.digest);
    }
    const isSameExcess = isDeepStrictEqual(round.excess.byKind, round.toldExcess.byKind);
    if (upserts.length + removals.length === 0 && isSameExcess) return undefined;
    return this.#frame(round, { upserts, removals }, now);
  }

  #frame(
    round: Round,
    content: Pick<FactsFrame, "upserts" | "removals"> & Partial<FactsFrame>,
    now: number,
  ): FactsFrame {
    round.seq += 1;
    round.toldExcess = round.excess;
    round.sentAt = now;
    return {
      type: "facts",
      round: round.head.round,
      seq: round.seq,
      range: undefined,
      digest: round.anew === undefined ? round.digest.hex : "",
      leftOut: round.excess.byKind,
      ...content,
    };
  }

  #excess(head: FactsHeadFrame): Excess {
    // The other half is more than keys and everything else can take.
    return this.#book.excess(head.quota, Math.floor(this.#maxFrameBytes / 2));
  }

  #roomOf({ excess }: Round): number {
    return this.#maxFrameBytes - FRAME_OVERHEAD_BYTES - KIND_OVERHEAD_BYTES * Object.keys(excess.byKind).length;
  }
}

/** Upper bound of what a fact takes on the wire, in bytes. */
function sizeOf(key: BundleKey, bodyBytes: number): number {
  return ITEM_OVERHEAD_BYTES + Buffer.byteLength(key) + bodyBytes;
}
