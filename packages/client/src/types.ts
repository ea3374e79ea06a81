import type { routes, ServerEvent } from "@fairlead/contract";
import type { EventsOptions } from "./events.ts";

/** Something zod-like: all the client needs of a schema is its types. */
interface Schema {
  readonly _zod: { readonly input: unknown; readonly output: unknown };
}

/** What the client needs of a route object of the contract. */
export interface RouteLike {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly request?: object;
  readonly responses: object;
}

type Input<S> = S extends Schema ? S["_zod"]["input"] : never;
type Output<S> = S extends Schema ? S["_zod"]["output"] : never;
type Part<R, K extends string> = R extends { readonly request: { readonly [P in K]: infer S } } ? S : never;
type JsonOf<T> = T extends { readonly content: { readonly "application/json": { readonly schema: infer S } } }
  ? S
  : never;

type ParamsOf<R> = [Part<R, "params">] extends [never] ? unknown : { readonly params: Input<Part<R, "params">> };
type QueryOf<R> = [Part<R, "query">] extends [never]
  ? unknown
  : { readonly query?: { readonly [K in keyof Output<Part<R, "query">>]?: Output<Part<R, "query">>[K] | undefined } };
type BodyOf<R> = [Part<R, "body">] extends [never] ? unknown : { readonly body: Input<JsonOf<Part<R, "body">>> };
type IfMatchOf<R> = [Part<R, "headers">] extends [never]
  ? unknown
  : {
      /** The revision that was read, such as `1.42`; `*` replaces whatever is there. */
      readonly ifMatch: string;
    };

/** What every call takes besides. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Overrides the client's time limit for this call, in milliseconds. */
  readonly timeoutMs?: number;
}

/** What one operation takes. */
export type Arguments<R> = ParamsOf<R> & QueryOf<R> & BodyOf<R> & IfMatchOf<R> & CallOptions;

/** What one operation gives when it succeeds. */
export type Result<R extends RouteLike> = {
  [S in keyof R["responses"] & (200 | 201 | 204)]: S extends 204 ? undefined : Output<JsonOf<R["responses"][S]>>;
}[keyof R["responses"] & (200 | 201 | 204)];

/** One operation. Arguments may be left out when none is required. */
export type Call<R extends RouteLike> =
  Record<never, never> extends Arguments<R>
    ? (args?: Arguments<R>) => Promise<Result<R>>
    : (args: Arguments<R>) => Promise<Result<R>>;

/** Every operation of the API, as `client.<resource>.<operation>(…)`, and the stream of events as a loop. */
export type Client = Operations & {
  /** What changes, live; see {@link EventsOptions}. */
  readonly events: (options?: EventsOptions) => AsyncGenerator<ServerEvent>;
};

type Operations = {
  readonly [Resource in Exclude<keyof typeof routes, "events">]: {
    readonly [Operation in keyof (typeof routes)[Resource]]: (typeof routes)[Resource][Operation] extends RouteLike
      ? Call<(typeof routes)[Resource][Operation]>
      : never;
  };
};
