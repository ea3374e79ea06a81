import { eventSchemas, routes, type ServerEvent } from "@fairlead/contract";
import { fullJitter, MeshError, systemClock, systemRng } from "@fairlead/core";
import type { ClientOptions } from "./client.ts";
import { errorOfResponse, networkError } from "./errors.ts";
import { EventParser, type RawEvent } from "./event-parser.ts";

export interface EventsOptions {
  /** Ends the loop. */
  readonly signal?: AbortSignal;
  /** The last event that was read before, to hear what was missed since: the `revision` of `ready`, `change` or `reset`. */
  readonly lastEventId?: string;
  /** Called with true when the stream is live, with false when it was lost and is being opened anew. */
  readonly onConnection?: (live: boolean) => void;
  /** How long the stream may be silent before it counts as lost, in milliseconds. Default 40 000: two heartbeats and some. */
  readonly silenceMs?: number;
}

/**
 * What changes, live, until the signal is aborted or the loop left. A lost stream is opened anew by itself and goes on
 * where it was, with a `reset` event when that cannot be. Throws only what trying again does not mend, such as
 * `unauthenticated` once the token is revoked.
 */
export async function* streamEvents(client: ClientOptions, options: EventsOptions = {}): AsyncGenerator<ServerEvent> {
  const { signal, onConnection } = options;
  const clock = client.clock ?? systemClock;
  let last = options.lastEventId;
  for (let failures = 0; signal?.aborted !== true; failures++) {
    let waitMs = 0;
    try {
      for await (const event of oneConnection(client, options, last)) {
        failures = 0;
        if (event.event === "ready") onConnection?.(true);
        if ("revision" in event) last = event.revision;
        yield event;
      }
    } catch (thrown) {
      if (signal?.aborted) return;
      const error = thrown instanceof MeshError ? thrown : undefined;
      if (error === undefined || !PASSING.has(error.code)) throw thrown;
      waitMs = error.retryAfterMs ?? 0;
    }
    if (signal?.aborted) return;
    onConnection?.(false);
    const pauseMs = waitMs + 100 + fullJitter(failures, { baseMs: 500, maxMs: 10_000 }, client.rng ?? systemRng);
    await clock.sleep(pauseMs, signal).catch(() => {});
  }
}

/** Failures that another try may not meet again. */
const PASSING: ReadonlySet<string> = new Set(["unavailable", "timeout", "rate_limited", "internal"]);

async function* oneConnection(
  client: ClientOptions,
  { signal, silenceMs = 40_000 }: EventsOptions,
  last: string | undefined,
): AsyncGenerator<ServerEvent> {
  const url = new URL(client.baseUrl.replace(/\/+$/, "") + routes.events.stream.path);
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), silenceMs);
  const both = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
  try {
    const response = await (client.fetch ?? fetch)(url, {
      headers: {
        accept: "text/event-stream, application/problem+json",
        ...(client.token && { authorization: `Bearer ${client.token.reveal()}` }),
        ...(last !== undefined && { "last-event-id": last }),
      },
      cache: "no-store",
      redirect: "error",
      signal: both,
    });
    if (!response.ok) throw await errorOfResponse(response, url);
    const parser = new EventParser();
    const decoder = new TextDecoder();
    const reader = response.body?.getReader();
    try {
      for (;;) {
        const { done, value } = (await reader?.read()) ?? { done: true };
        if (done) return;
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), silenceMs);
        for (const raw of parser.push(decoder.decode(value, { stream: true }))) {
          const event = understand(raw);
          if (event !== undefined) yield event;
        }
      }
    } finally {
      // Whoever leaves the loop gives the connection back; one that is broken already has nothing to give.
      await reader?.cancel().catch(() => {});
    }
  } catch (error) {
    if (error instanceof MeshError || signal?.aborted) throw error;
    throw networkError(error, url, silence.signal.aborted ? silenceMs : undefined);
  } finally {
    clearTimeout(timer);
  }
}

/** The event of a name we know; a newer API may send more. */
function understand({ event, data }: RawEvent): ServerEvent | undefined {
  switch (event) {
    case "ready":
    case "reset":
      return { event, ...eventSchemas[event].parse(JSON.parse(data)) };
    case "change":
      return { event, ...eventSchemas.change.parse(JSON.parse(data)) };
    case "state":
    case "clusters":
      return { event, ...eventSchemas[event].parse(JSON.parse(data)) };
    default:
      return undefined;
  }
}
