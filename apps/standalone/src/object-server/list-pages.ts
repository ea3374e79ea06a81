import { randomUUID } from "node:crypto";
import { badRequest, expired } from "./api-failure.ts";
import type { Stored } from "./object-storage.ts";

/** One page of a list. */
export interface ListPage {
  readonly items: readonly Stored[];
  /** Of the whole list: all its pages show one moment. */
  readonly resourceVersion: number;
  /** Where the next page starts; absent on the last. */
  readonly next: string | undefined;
  readonly remaining: number;
}

interface Snapshot {
  readonly items: readonly Stored[];
  readonly resourceVersion: number;
  readonly expiresAt: number;
}

const LIFETIME_MS = 5 * 60_000;

/** Keeps what a list held while its pages are fetched; objects are shared, so that costs a reference each. */
export class ListPages {
  readonly #snapshots = new Map<string, Snapshot>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The first page; `limit` 0 is no limit. */
  first(items: readonly Stored[], resourceVersion: number, limit: number): ListPage {
    for (const [id, { expiresAt }] of this.#snapshots) if (expiresAt < this.#now()) this.#snapshots.delete(id);
    if (limit === 0 || items.length <= limit) return { items, resourceVersion, next: undefined, remaining: 0 };
    const id = randomUUID();
    this.#snapshots.set(id, { items, resourceVersion, expiresAt: this.#now() + LIFETIME_MS });
    return this.#page(id, 0, limit);
  }

  /** The page that a `continue` token names; 410 when its list is forgotten. */
  next(token: string, limit: number): ListPage {
    const [id = "", offset] = Buffer.from(token, "base64url").toString("utf8").split("/");
    const start = Number(offset);
    if (!Number.isInteger(start) || start < 0) throw badRequest("continue key is not valid");
    return this.#page(id, start, limit);
  }

  #page(id: string, start: number, limit: number): ListPage {
    const snapshot = this.#snapshots.get(id);
    if (snapshot === undefined || snapshot.expiresAt < this.#now()) {
      throw expired("The provided continue parameter is too old to display a consistent list result.");
    }
    const end = limit === 0 ? snapshot.items.length : start + limit;
    const remaining = Math.max(0, snapshot.items.length - end);
    return {
      items: snapshot.items.slice(start, end),
      resourceVersion: snapshot.resourceVersion,
      next: remaining === 0 ? undefined : Buffer.from(`${id}/${end}`).toString("base64url"),
      remaining,
    };
  }
}
