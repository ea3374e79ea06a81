import type { HeaderLine } from "@fairlead/mesh-model";
import fc from "fast-check";
import { origins } from "./random-routes.ts";
import {
  grpcMethods,
  grpcServices,
  headerNames,
  headerValues,
  hosts,
  methods,
  paramNames,
  paramValues,
} from "./vocabulary.ts";

/** A request as it is drawn; where it goes is settled once the sockets are known. */
export interface Question {
  readonly protocol: "http1" | "http2";
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
  .tuple(fc.array(segment, { maxLength: 3 }), fc.constantFrom("", "", "/"), fc.option(query, { nil: "", freq: 2 }))
  .map(([segments, end, rest]) => `/${segments.join("/")}${end}${rest}`);

const grpcPath = fc.tuple(grpcServices, grpcMethods).map(([service, method]) => `/${service}/${method}`);
const contentTypes = fc.constantFrom(
  "application/grpc",
  "application/grpc+proto",
  "application/grpc-web",
  "text/plain",
);

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

const plain = fc
  .record({
    path,
    method: methods,
    headers: fc.array(header, { maxLength: 3 }),
    cors: fc.option(corsHeaders, { nil: [], freq: 2 }),
    contentType: fc.option(contentTypes, { nil: undefined, freq: 8 }),
  })
  .map(({ path, method, headers, cors, contentType }) => ({
    path,
    method,
    headers: [
      ...headers,
      ...cors,
      ...(contentType === undefined ? [] : [{ name: "content-type", value: contentType }]),
    ],
  }));

const grpc = fc
  .record({ path: grpcPath, headers: fc.array(header, { maxLength: 2 }), contentType: contentTypes })
  .map(({ path, headers, contentType }) => ({
    path,
    method: "POST",
    headers: [...headers, { name: "content-type", value: contentType }, { name: "te", value: "trailers" }],
  }));

/** A request that nearly matches something. */
export const question: fc.Arbitrary<Question> = fc
  .record({
    protocol: fc.constantFrom("http1" as const, "http2" as const),
    socket: fc.nat(20),
    wrongScheme: rarely(60),
    sni: fc.option(fc.oneof(host, fc.constant("")), { nil: undefined, freq: 4 }),
    host,
    // What only HTTP/1.1 can say, or what libraries of HTTP/2 do not send.
    oddHost: fc.option(oddHost, { nil: undefined, freq: 9 }),
    absolute: rarely(40),
    request: fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: grpc }),
  })
  .map(({ host, oddHost, absolute, request: { path, method, headers }, ...rest }) => {
    if (rest.protocol === "http2") return { ...rest, host, path, method, headers };
    return { ...rest, host: oddHost ?? host, path: absolute ? `http://y.test:80${path}` : path, method, headers };
  });
