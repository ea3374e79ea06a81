import { type ClusterId, isId, type OrganizationId, type TokenId } from "@fairlead/contract";
import { type Log, MeshError, type Metrics, type Revision } from "@fairlead/core";
import type { Database, Subscription } from "@fairlead/database";
import { HEARTBEAT } from "./event-bytes.ts";
import { createEventMetrics, type EventMetrics } from "./event-metrics.ts";
import { EventStream } from "./event-stream.ts";
import { OrganizationFeed } from "./organization-feed.ts";

export interface EventFeedOptions {
  readonly database: Database;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Streams of one organization in this process. */
  readonly streamsPerOrganization: number;
  /** Between two comments, in milliseconds; tokens are looked at as often. Default 15 000. */
  readonly heartbeatMs?: number;
  /** Bytes that may wait for one reader. Default 256 KiB. */
  readonly bufferBytes?: number;
  /** Shortest time between two `state` events, in milliseconds. Default 250. */
  readonly stateIntervalMs?: number;
  /** Missed changes that are told after a pause. Default 500. */
  readonly replayLimit?: number;
}

/** Who wants a stream. */
export interface StreamRequest {
  readonly organization: OrganizationId;
  readonly token: TokenId;
  /** Whether the token is still in force. */
  readonly authorized: () => Promise<boolean>;
  /** The newest revision the reader knows of. */
  readonly since: Revision | undefined;
}

/** Tokens looked up at a time at each heartbeat. */
const CHECKS_AT_A_TIME = 4;

/**
 * The event streams of one process. It hears of changes by what this process wrote and by notifications of the others,
 * on the process's one LISTEN connection; a lost notification is made up for at the next heartbeat.
 */
export class EventFeed {
  readonly #options: EventFeedOptions;
  readonly #metrics: EventMetrics;
  readonly #organizations = new Map<OrganizationId, OrganizationFeed>();
  readonly #subscriptions: Subscription[] = [];
  #heartbeat: NodeJS.Timeout | undefined;
  #checking: Promise<void> | undefined;
  #closed = false;

  private constructor(options: EventFeedOptions) {
    this.#options = options;
    this.#metrics = createEventMetrics(options.metrics);
  }

  /** Starts listening to the other processes. */
  static async start(options: EventFeedOptions): Promise<EventFeed> {
    const feed = new EventFeed(options);
    const { database, heartbeatMs = 15_000 } = options;
    feed.#subscriptions.push(
      await database.listen(
        "revisions",
        (payload) => feed.#written(payload),
        () => feed.#hintAll(),
      ),
      await database.listen(
        "tokens",
        (payload) => isId("tok", payload) && feed.revoked(payload),
        () => feed.#check(),
      ),
    );
    feed.#heartbeat = setInterval(() => feed.#beat(), heartbeatMs);
    return feed;
  }

  /** Opens a stream. Throws `rate_limited` when the organization has as many as it may. */
  async open({ organization, token, authorized, since }: StreamRequest): Promise<ReadableStream<Uint8Array>> {
    if (this.#closed) throw new MeshError("unavailable", { public: "This replica is going down.", retryAfterMs: 1000 });
    const feed = this.#feedOf(organization);
    const { streamsPerOrganization: most, bufferBytes = 256 * 1024 } = this.#options;
    if (feed.streams.size >= most) {
      throw new MeshError("rate_limited", {
        public: `The organization has ${most} event streams open here. Close one, or read the API without.`,
        retryAfterMs: 10_000,
      });
    }
    const stream = new EventStream({
      token,
      authorized,
      bufferBytes,
      onEnd: (reason) => {
        feed.streams.delete(stream);
        this.#metrics.streams.dec();
        this.#metrics.ended.inc({ reason });
        if (feed.streams.size > 0) return;
        feed.close();
        this.#organizations.delete(organization);
      },
    });
    feed.streams.add(stream);
    this.#metrics.streams.inc();
    try {
      await feed.join(stream, since);
      // Once more, now that a revocation would be heard: it may have come between the request and this.
      if (!(await authorized())) stream.end("revoked");
    } catch (error) {
      stream.end("closing");
      throw error;
    }
    return stream.body;
  }

  /** This process wrote what the organization owns. */
  changed(organization: OrganizationId): void {
    this.#organizations.get(organization)?.hint();
  }

  /** A cluster reported, or (`clusters`) its connection came or went. */
  news(event: "state" | "clusters", organization: OrganizationId, cluster: ClusterId): void {
    this.#organizations.get(organization)?.news(event, cluster);
  }

  /** A token was revoked: its streams end now. */
  revoked(token: TokenId): void {
    for (const stream of this.#streams()) if (stream.token === token) stream.end("revoked");
  }

  /** Ends every stream and stops listening. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    for (const stream of this.#streams()) stream.end("closing");
    await this.#checking;
    await Promise.all(this.#subscriptions.map((subscription) => subscription.close()));
  }

  #feedOf(organization: OrganizationId): OrganizationFeed {
    const found = this.#organizations.get(organization);
    if (found !== undefined) return found;
    const { database, log, stateIntervalMs = 250, replayLimit = 500 } = this.#options;
    const onSent = (event: string, count: number) => this.#metrics.sent.inc({ event }, count);
    const made = new OrganizationFeed({ database, log, organization, stateIntervalMs, replayLimit, onSent });
    this.#organizations.set(organization, made);
    return made;
  }

  #streams(): EventStream[] {
    return [...this.#organizations.values()].flatMap(({ streams }) => [...streams]);
  }

  #written(payload: string): void {
    const [organization = ""] = payload.split(" ");
    if (isId("org", organization)) this.changed(organization);
  }

  #hintAll(): void {
    for (const feed of this.#organizations.values()) feed.hint();
  }

  #beat(): void {
    for (const stream of this.#streams()) stream.send(HEARTBEAT);
    this.#hintAll();
    this.#check();
  }

  /** Ends the streams of tokens that were revoked without our hearing of it, or have expired. */
  #check(): void {
    this.#checking ??= this.#checkTokens().finally(() => {
      this.#checking = undefined;
    });
  }

  async #checkTokens(): Promise<void> {
    const byToken = new Map(this.#streams().map((stream) => [stream.token, stream]));
    const waiting = [...byToken.values()];
    const work = async () => {
      for (let stream = waiting.pop(); stream !== undefined; stream = waiting.pop()) {
        try {
          if (!(await stream.authorized())) this.revoked(stream.token);
        } catch (error) {
          this.#options.log.warn("token of an event stream could not be checked", { error });
        }
      }
    };
    await Promise.all(Array.from({ length: CHECKS_AT_A_TIME }, work));
  }
}
