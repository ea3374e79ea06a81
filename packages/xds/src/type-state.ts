import type { EnvoyResource, ResourceKey } from "@fairlead/envoy";
import type { CacheEntry } from "./resource-cache.ts";
import type { TypeRule } from "./type-rules.ts";

/** A version Envoy holds. */
export interface Held {
  readonly version: string;
  /** {@link CacheEntry.seq} of that version; 0 when it is not one of this cache. */
  readonly seq: number;
  /** What it names; undefined when it came from an earlier stream and is not known. */
  readonly requires: readonly ResourceKey[] | undefined;
}

/** A response on its way, or rather what it says about each name; undefined is a removal. */
export interface Flight {
  readonly state: TypeState;
  readonly items: ReadonlyMap<string, SentItem | undefined>;
}

/** A resource on its way. */
export interface SentItem {
  readonly resource: EnvoyResource;
  readonly seq: number;
}

/** One stream's view of one type. */
export class TypeState {
  readonly rule: TypeRule;
  /** Whether Envoy has asked for the type on this stream. */
  seen = false;
  /** How many resources Envoy brought from an earlier stream. */
  initialCount = 0;
  wildcard = false;
  /** Whether the subscription to everything has had its first answer, which Envoy waits for even if it is empty. */
  answered = false;
  readonly names = new Set<string>();
  readonly held = new Map<string, Held>();
  readonly pending = new Map<string, Flight>();
  /** Responses of this type on their way. */
  unanswered = 0;
  /** To be looked at: what Envoy holds may differ from what it should. */
  readonly dirty = new Set<string>();
  /** To be sent although Envoy may hold that version already. */
  readonly forced = new Set<string>();
  /** The version Envoy refused last. */
  readonly rejected = new Map<string, string>();
  /** Was in a refused response with others: goes alone until accepted. */
  readonly alone = new Set<string>();

  constructor(rule: TypeRule) {
    this.rule = rule;
  }

  /** Whether Envoy wants a resource of this name. */
  wants(name: string): boolean {
    return this.wildcard || this.names.has(name);
  }

  /** How many resources the response may hold that has `entry` in it. */
  limit(name: string, entry: CacheEntry): number {
    if (this.alone.has(name)) return 1;
    if (this.rule.firstAnswerWhole && !this.answered) return Number.POSITIVE_INFINITY;
    return entry.proven ? Math.max(this.rule.perResponse, this.rule.perResponseProven) : this.rule.perResponse;
  }
}
