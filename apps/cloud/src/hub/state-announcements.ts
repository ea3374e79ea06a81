import { type ClusterId, isId, type OrganizationId } from "@fairlead/contract";
import type { Log } from "@fairlead/core";
import type { Database, Subscription } from "@fairlead/database";

/** What is announced of a cluster: it has reported, or its connection came or went. */
export type Announcement = "state" | "clusters";

/** Shortest time between two rounds of notifications, in milliseconds. */
const INTERVAL_MS = 250;
/** Announcements in one notification: PostgreSQL takes payloads below 8,000 bytes, and one has 71 at most. */
const PER_NOTIFICATION = 100;

/**
 * Tells the other processes which clusters reported, as `<sender> <what>:<organization>:<cluster>,…`. Reports come many
 * times a second and notifications are dear (each commit of one takes a lock of the whole server), so what comes within
 * the interval goes together, whatever the tenants. Lost ones cost their readers the time to their next look.
 */
export class StateAnnouncements {
  readonly #database: Database;
  readonly #log: Log;
  readonly #sender: string;
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #nextAt = 0;

  constructor(database: Database, log: Log, sender: string) {
    this.#database = database;
    this.#log = log;
    this.#sender = sender;
  }

  /** To be told with the next round; the first after a pause goes at once. */
  announce(what: Announcement, organization: OrganizationId, cluster: ClusterId): void {
    this.#waiting.add(`${what}:${organization}:${cluster}`);
    this.#timer ??= setTimeout(() => this.#send(), Math.max(0, this.#nextAt - performance.now()));
  }

  /** Calls `onHeard` for what other processes announce. */
  listen(
    onHeard: (what: Announcement, organization: OrganizationId, cluster: ClusterId) => void,
  ): Promise<Subscription> {
    return this.#database.listen("states", (payload) => {
      const [sender, list = ""] = payload.split(" ");
      if (sender === this.#sender) return;
      for (const one of list.split(",")) {
        const [what, organization = "", cluster = ""] = one.split(":");
        if ((what !== "state" && what !== "clusters") || !isId("org", organization) || !isId("clu", cluster)) continue;
        onHeard(what, organization, cluster);
      }
    });
  }

  /** Forgets what waits. */
  close(): void {
    clearTimeout(this.#timer);
  }

  #send(): void {
    this.#timer = undefined;
    this.#nextAt = performance.now() + INTERVAL_MS;
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (let from = 0; from < all.length; from += PER_NOTIFICATION) {
      const list = all.slice(from, from + PER_NOTIFICATION).join(",");
      this.#database.notify("states", `${this.#sender} ${list}`).catch((error: unknown) => {
        this.#log.warn("reported state could not be announced", { error });
      });
    }
  }
}
