import type { ClusterId, OrganizationId, ServerEvent } from "@fairlead/contract";
import { compareRevisions, formatRevision, type Log, type Revision } from "@fairlead/core";
import { changesAfter, type Database, type RevisionHead } from "@fairlead/database";
import { eventBytes } from "./event-bytes.ts";
import type { EventStream } from "./event-stream.ts";

export interface OrganizationFeedOptions {
  readonly database: Database;
  readonly log: Log;
  readonly organization: OrganizationId;
  /** Shortest time between two `state` events, and between two `clusters` events, in milliseconds. */
  readonly stateIntervalMs: number;
  /** Missed changes that are told; when there are more, a `reset` says so. */
  readonly replayLimit: number;
  /** Events were sent: how many of which name. */
  readonly onSent: (event: ServerEvent["event"], count: number) => void;
}

/** Events about clusters, which carry no revision and may be merged. */
type ClusterEventName = "state" | "clusters";

const RETRY_MS = 1000;

/**
 * The streams of one organization in this process. The log is read once for all of them, one read at a time: a hint
 * during a read causes one more.
 */
export class OrganizationFeed {
  readonly streams = new Set<EventStream>();
  readonly #options: OrganizationFeedOptions;
  readonly #news: Record<ClusterEventName, Set<ClusterId>> = { state: new Set(), clusters: new Set() };
  readonly #nextAt: Record<ClusterEventName, number> = { state: 0, clusters: 0 };
  readonly #timers: { [T in ClusterEventName | "retry"]?: NodeJS.Timeout | undefined } = {};
  #toldTo: Revision | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #hinted = false;

  constructor(options: OrganizationFeedOptions) {
    this.#options = options;
  }

  /** Lets a stream in: tells it what it missed since `since`, then `ready`; from then on it hears what all hear. */
  join(stream: EventStream, since: Revision | undefined): Promise<void> {
    return this.#serially(async () => {
      const { head, changes } = await this.#read(since);
      this.#toldTo ??= head;
      if (changes === undefined) this.#send([stream], { event: "reset", revision: formatRevision(head) });
      for (const change of changes ?? []) this.#send([stream], changeEvent(change));
      this.#send([stream], { event: "ready", revision: formatRevision(head) });
      stream.toldTo = head;
    });
  }

  /** The log may have grown. */
  hint(): void {
    if (this.#hinted || this.streams.size === 0) return;
    this.#hinted = true;
    void this.#serially(() => this.#tell());
  }

  /** Something was learned of a cluster. */
  news(event: ClusterEventName, cluster: ClusterId): void {
    if (this.streams.size === 0) return;
    this.#news[event].add(cluster);
    this.#timers[event] ??= setTimeout(
      () => this.#tellNews(event),
      Math.max(0, this.#nextAt[event] - performance.now()),
    );
  }

  /** Stops its timers; to be called when the last stream is gone. */
  close(): void {
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
  }

  async #tell(): Promise<void> {
    this.#hinted = false;
    if (this.#toldTo === undefined || this.streams.size === 0) return;
    try {
      const { head, changes } = await this.#read(this.#toldTo);
      this.#toldTo = head;
      if (changes === undefined) this.#send(this.#behind(head), { event: "reset", revision: formatRevision(head) });
      for (const change of changes ?? []) this.#send(this.#behind(change.revision), changeEvent(change));
    } catch (error) {
      const { log, organization } = this.#options;
      log.warn("changes could not be read for event streams", { organization, error });
      this.#timers.retry ??= setTimeout(() => {
        this.#timers.retry = undefined;
        this.hint();
      }, RETRY_MS);
    }
  }

  #tellNews(event: ClusterEventName): void {
    this.#timers[event] = undefined;
    this.#nextAt[event] = performance.now() + this.#options.stateIntervalMs;
    const [first, ...more] = this.#news[event];
    this.#news[event].clear();
    if (first !== undefined) this.#send(this.#joined(), { event, cluster: more.length === 0 ? first : null });
  }

  /** A stream joined at the head of its own read, which may be ahead of what the others were told. */
  #behind(revision: Revision): EventStream[] {
    return this.#joined().filter(({ toldTo }) => toldTo !== undefined && compareRevisions(toldTo, revision) < 0);
  }

  #joined(): EventStream[] {
    return [...this.streams].filter((stream) => stream.toldTo !== undefined);
  }

  #send(streams: readonly EventStream[], event: ServerEvent): void {
    const bytes = eventBytes(event);
    for (const stream of streams) stream.send(bytes);
    this.#options.onSent(event.event, streams.length);
  }

  #read(since: Revision | undefined) {
    const { database, organization, replayLimit: limit } = this.#options;
    return database.withTenant(organization, (tx) => changesAfter(tx, { after: since, limit }));
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#last.then(work);
    this.#last = run.catch(() => {});
    return run;
  }
}

function changeEvent({ revision, action, subject, id, kind, project }: RevisionHead): ServerEvent {
  const of = { action, subject, id, kind: kind ?? null, project: subject === "intent" ? (project ?? null) : null };
  return { event: "change", revision: formatRevision(revision), ...of };
}
