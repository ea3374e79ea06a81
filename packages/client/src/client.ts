import { type JsonValue, routes } from "@fairlead/contract";
import { type Clock, MeshError, type Rng, retry, type Secret, systemClock, systemRng } from "@fairlead/core";
import { errorOfResponse, networkError } from "./errors.ts";
import { streamEvents } from "./events.ts";
import type { CallOptions, Client, RouteLike } from "./types.ts";

export interface ClientOptions {
  /** Where the API is, such as `https://api.example.com`. */
  readonly baseUrl: string;
  /** The bearer token. Absent: only what needs none can be called. */
  readonly token?: Secret<string> | undefined;
  /** Default: the runtime's `fetch`. */
  readonly fetch?: typeof fetch;
  /** How long one try may take, in milliseconds; a `waitMs` of the query is added. Default 10,000. */
  readonly timeoutMs?: number;
  /** How often a GET is tried when the API cannot be reached. Default 3. Nothing else is ever tried twice. */
  readonly attempts?: number;
  readonly clock?: Clock;
  readonly rng?: Rng;
}

/** The parts of a request, whatever the operation. */
interface AnyArguments extends CallOptions {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: JsonValue;
  readonly ifMatch?: string;
}

/**
 * A client of the API with one typed method per operation of the contract. Every failure is a MeshError: with the
 * code, text and fields of the server's problem, `unavailable` when it cannot be reached, `timeout` when it is too slow.
 */
export function createClient(options: ClientOptions): Client {
  const { events: _streamed, ...answered } = routes;
  const resources = Object.entries(answered).map(([resource, operations]) => {
    const calls = Object.entries(operations).map(([name, route]) => {
      const call = (args: AnyArguments = {}) => send(options, route, args);
      return [name, call] as const;
    });
    return [resource, Object.fromEntries(calls)] as const;
  });
  // SAFETY: built from the very objects the type is derived from, name by name; a test calls them over HTTP.
  return { ...Object.fromEntries(resources), events: (args) => streamEvents(options, args) } as Client;
}

/** Every item of a list, page by page, as long as the loop asks for more. */
export async function* listAll<T>(
  page: (cursor: string | undefined) => Promise<{ readonly items: readonly T[]; readonly nextCursor: string | null }>,
): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await page(cursor);
    yield* items;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}

function send(options: ClientOptions, route: RouteLike, args: AnyArguments): Promise<unknown> {
  const clock = options.clock ?? systemClock;
  const attempts = route.method === "get" ? (options.attempts ?? 3) : 1;
  return retry(
    {
      attempts,
      baseMs: 100,
      maxMs: 1_000,
      clock,
      rng: options.rng ?? systemRng,
      ...(args.signal && { signal: args.signal }),
      retryable: (error) => error instanceof MeshError && error.code === "unavailable" && error.cause !== undefined,
    },
    () => once(options, route, args),
  );
}

async function once(options: ClientOptions, route: RouteLike, args: AnyArguments): Promise<unknown> {
  const url = urlOf(options.baseUrl, route, args);
  const waitMs = Number(args.query?.waitMs ?? 0);
  const timeoutMs = (args.timeoutMs ?? options.timeoutMs ?? 10_000) + waitMs;
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = args.signal ? AbortSignal.any([args.signal, deadline]) : deadline;
  try {
    const response = await (options.fetch ?? fetch)(url, {
      method: route.method.toUpperCase(),
      headers: headersOf(options, args),
      ...(args.body !== undefined && { body: JSON.stringify(args.body) }),
      signal,
      redirect: "error",
    });
    if (!response.ok) throw await errorOfResponse(response, url);
    return response.status === 204 ? undefined : await response.json();
  } catch (error) {
    if (error instanceof MeshError || args.signal?.aborted) throw error;
    throw networkError(error, url, deadline.aborted ? timeoutMs : undefined);
  }
}

function urlOf(baseUrl: string, route: RouteLike, args: AnyArguments): URL {
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = args.params?.[name];
    if (value === undefined || value === "") throw new TypeError(`${route.operationId}: no value for {${name}}`);
    return encodeURIComponent(value);
  });
  const url = new URL(baseUrl.replace(/\/+$/, "") + path);
  for (const [name, value] of Object.entries(args.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

function headersOf(options: ClientOptions, args: AnyArguments): Record<string, string> {
  return {
    accept: "application/json, application/problem+json",
    ...(options.token && { authorization: `Bearer ${options.token.reveal()}` }),
    ...(args.body !== undefined && { "content-type": "application/json" }),
    ...(args.ifMatch !== undefined && { "if-match": args.ifMatch === "*" ? "*" : `"${args.ifMatch}"` }),
  };
}
