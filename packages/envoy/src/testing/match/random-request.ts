import type { HeaderLine } from "@fairlead/mesh-model";
import fc from "fast-check";
import { origins } from "./random-routes.ts";
import { headerNames, headerValues, hosts, methods, paramNames, paramValues } from "./vocabulary.ts";

/** A request as it is drawn; where it goes is settled once the sockets are known. */
export interface Question {
  /** Which socket, modulo how many there are. */
  readonly socket: number;
  /** Speaks TLS to a plain socket, or the other way round. */
  readonly wrongScheme: boolean;
  /** Absent: the host. */
  readonly sni: string | undefined;
  readonly host: string;
  readonly path: string;
  readonly method: string;
  readonly headers: readonly HeaderLine[];
}

const rarely = (freq: number) => fc.nat(freq).map((dice) => dice === freq);

const host = fc
  .tuple(
    hosts.map((name) => name.replace("*", "any")),
    fc.constantFrom("", "", "", ":80", ".", ":8080", ".:443", ":"),
    rarely(8),
  )
  .map(([name, end, upper]) => (upper ? name.toUpperCase() : name) + end);

const oddHost = fc.constantFrom("z.example", "127.0.0.1", "[::1]:80", ".test", "*.test", "test", "x.test..", "*", "-");

const segment = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("one", "two", "o", "one.two", "ONE", "new", "~one", "onex") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "..",
      "",
      ".",
      "%6fne",
      "%2e%2E",
      "two;x",
      "..;x",
      "one%20x",
      "one%2Ftwo",
      "%5c",
      "one\\two",
      "{x}",
      "%41%zz",
      "%00",
      "%C3%BC",
      "...",
    ),
  },
);

const query = fc
  .array(
    fc.oneof(
      fc.tuple(paramNames, paramValues).map(([name, value]) => `${name}=${value}`),
      fc.constantFrom("p", "", "=1", "/../x", "p=1?"),
    ),
    { maxLength: 3 },
  )
  .map((params) => `?${params.join("&")}`);

const path = fc
  .tuple(
    fc.array(segment, { maxLength: 3 }),
    fc.constantFrom("", "", "/"),
    fc.option(query, { nil: "", freq: 2 }),
    rarely(40),
  )
  .map(([segments, end, rest, absolute]) => `${absolute ? "http://y.test:80" : ""}/${segments.join("/")}${end}${rest}`);

const header: fc.Arbitrary<HeaderLine> = fc.record({ name: headerNames, value: headerValues });

const corsHeaders = fc
  .tuple(
    origins,
    fc.option(methods, { nil: undefined }),
    fc.option(fc.constantFrom("x-a", "x-a,x-z"), { nil: undefined }),
  )
  .map(([origin, asked, names]): HeaderLine[] => [
    { name: "origin", value: origin },
    ...(asked === undefined ? [] : [{ name: "access-control-request-method", value: asked }]),
    ...(names === undefined ? [] : [{ name: "access-control-request-headers", value: names }]),
  ]);

/** A request that nearly matches something. */
export const question: fc.Arbitrary<Question> = fc
  .record({
    socket: fc.nat(20),
    wrongScheme: rarely(60),
    sni: fc.option(fc.oneof(host, fc.constant("")), { nil: undefined, freq: 4 }),
    host: fc.oneof({ weight: 9, arbitrary: host }, { weight: 1, arbitrary: oddHost }),
    path,
    method: methods,
    headers: fc.array(header, { maxLength: 3 }),
    cors: fc.option(corsHeaders, { nil: [], freq: 2 }),
  })
  .map(({ cors, headers, ...rest }) => ({ ...rest, headers: [...headers, ...cors] }));
