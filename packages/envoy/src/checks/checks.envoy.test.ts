import type { Route, RouteAction } from "@fairlead/mesh-model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestEnvoy } from "../testing/envoy.ts";
import { freePort } from "../testing/http.ts";
import { chain, forward, header, match, path, route, socket, to, value } from "../testing/model.ts";
import { refusal } from "../testing/refusal.ts";
import { translateModel } from "../translate.ts";
import { routeFindings } from "./route-findings.ts";

/**
 * Who refuses a sample: `envoy` (and so we, before it is sent), `us` alone for a reason of our own, or `nobody`.
 * There is no fourth kind: what Envoy refuses and we do not see would hold back the rest of its host.
 */
type Refuser = "envoy" | "us" | "nobody";

const CHAIN = "ns/gw/80";
let envoy: TestEnvoy;

beforeAll(async () => {
  envoy = await TestEnvoy.start();
  const sockets = [socket(await freePort(), [chain(CHAIN)])];
  const { resources } = translateModel({ sockets, tables: [], backends: [], certificates: [] });
  envoy.ads.set(resources);
  for (const resource of resources) expect(await envoy.ads.verdict(resource)).toEqual({ accepted: true });
});

afterAll(async () => {
  await envoy?.[Symbol.asyncDispose]();
});

const toA = forward([to("a")]);
const edit = (name: string, text: string): Route =>
  route(toA, { requestHeaders: { set: [header(name, text)], add: [], remove: [] } });
const answerEdit = (name: string, text: string): Route =>
  route(toA, { responseHeaders: { set: [], add: [header(name, text)], remove: [] } });
const removal = (name: string): Route =>
  route(toA, { requestHeaders: { set: [], add: [], remove: [header(name, "")] } });
const does = (action: RouteAction): Route => route(action);
const redirectTo = (host: string) => does({ type: "redirect", status: 302, host });
const redirectPath = (type: "full" | "prefix", text: string) =>
  does({ type: "redirect", status: 302, path: { type, value: text } });

const KINDS: Record<string, { make: (sample: string) => Route; samples: [sample: string, refuser: Refuser][] }> = {
  "path by regular expression": {
    make: (sample) => route(toA, { match: match({ path: path(sample, "regex") }) }),
    samples: [
      ["/a/[0-9]+", "nobody"],
      ["(?i)/a", "nobody"],
      ["(?P<n>/a)(?:b|c)*?", "nobody"],
      [String.raw`/\d\w\pL\x{ff}\Q.\E`, "nobody"],
      [String.raw`/\\x{100}`, "nobody"],
      ["/é😀", "nobody"],
      ["/.{1000}", "nobody"],
      ["(?:a?b?c?){300}", "nobody"],
      ["", "envoy"],
      ["[", "envoy"],
      ["(", "envoy"],
      ["/a)", "envoy"],
      ["a**", "envoy"],
      ["a{1001}", "envoy"],
      ["(a{100}){100}", "envoy"],
      ["(?=a)", "envoy"],
      ["(?<!a)b", "envoy"],
      [String.raw`(a)\1`, "envoy"],
      [String.raw`\Z`, "envoy"],
      [String.raw`\x{100}`, "envoy"],
      [String.raw`\p{Nonsense}`, "envoy"],
      ["[z-a]", "envoy"],
      ["\\", "envoy"],
      ["a{1000}".repeat(3), "us"],
      ["a".repeat(4097), "us"],
    ],
  },
  "header by regular expression": {
    make: (sample) => route(toA, { match: match({ headers: [value("x-a", sample, "regex")] }) }),
    samples: [
      ["a.*", "nobody"],
      ["(", "envoy"],
      ["", "envoy"],
    ],
  },
  "query parameter by regular expression": {
    make: (sample) => route(toA, { match: match({ queryParams: [value("a", sample, "regex")] }) }),
    samples: [
      ["a.*", "nobody"],
      ["(", "envoy"],
    ],
  },
  "path prefix": {
    make: (sample) => route(toA, { match: match({ path: path(sample) }) }),
    samples: [
      ["/", "nobody"],
      ["/a", "nobody"],
      ["/a/", "nobody"],
      ["/ä b%20c", "nobody"],
      ["/a?b", "envoy"],
      ["/a#b", "envoy"],
      ["a", "envoy"],
      ["ab", "us"],
      ["/\0", "us"],
      [`/${"a".repeat(4096)}`, "us"],
    ],
  },
  "exact path": {
    make: (sample) => route(toA, { match: match({ path: path(sample, "exact") }) }),
    samples: [
      ["/a", "nobody"],
      ["/a?b", "us"],
      ["a", "us"],
      ["", "us"],
    ],
  },
  "name of a matched header": {
    make: (sample) => route(toA, { match: match({ headers: [value(sample, "x")] }) }),
    samples: [
      ["x-a", "nobody"],
      ["host", "nobody"],
      ["", "envoy"],
      ["a\nb", "envoy"],
      ["a\0b", "envoy"],
      ["a b", "us"],
      [":path", "us"],
    ],
  },
  "value of a matched header": {
    make: (sample) => route(toA, { match: match({ headers: [value("x-a", sample)] }) }),
    samples: [
      ["ü %", "nobody"],
      ["", "nobody"],
      ["a\0", "us"],
    ],
  },
  "name of a query parameter": {
    make: (sample) => route(toA, { match: match({ queryParams: [value(sample, "x")] }) }),
    samples: [
      ["a[b]", "nobody"],
      ["", "envoy"],
      ["a".repeat(1025), "envoy"],
    ],
  },
  method: {
    make: (sample) => route(toA, { match: match({ method: sample }) }),
    samples: [
      ["PURGE", "nobody"],
      ["GET POST", "us"],
      ["", "us"],
    ],
  },
  "name of an edited header": {
    make: (sample) => edit(sample, "x"),
    samples: [
      ["X-A", "nobody"],
      ["x_a", "nobody"],
      ["", "envoy"],
      [":path", "envoy"],
      [":authority", "envoy"],
      ["host", "envoy"],
      ["Host", "envoy"],
      ["a b", "us"],
      ["a:b", "us"],
      ["a\r\nb", "envoy"],
      ["ü", "us"],
      ["content-length", "us"],
      ["Transfer-Encoding", "us"],
      ["x-fairlead-scope", "us"],
    ],
  },
  "name of an edited answer's header": {
    make: (sample) => answerEdit(sample, "x"),
    samples: [
      ["X-A", "nobody"],
      [":status", "envoy"],
      ["a\0", "envoy"],
    ],
  },
  "name of a removed header": {
    make: removal,
    samples: [
      ["x-a", "nobody"],
      ["", "envoy"],
      [":path", "envoy"],
      ["host", "envoy"],
      ["a\n", "envoy"],
    ],
  },
  "value of an edited header": {
    make: (sample) => edit("x-a", sample),
    samples: [
      ["", "nobody"],
      ["100% %REQ(x)% %", "nobody"],
      ["a\tb", "nobody"],
      ["ü", "nobody"],
      ["a".repeat(16_384), "nobody"],
      ["a".repeat(16_385), "envoy"],
      ["%".repeat(8_193), "envoy"],
      ["a\nb", "envoy"],
      ["a\rb", "envoy"],
      ["a\0b", "envoy"],
    ],
  },
  "host of a redirect": {
    make: redirectTo,
    samples: [
      ["a.example", "nobody"],
      ["10.0.0.1", "nobody"],
      ["a\r\nb", "envoy"],
      ["a\0b", "envoy"],
      ["a b", "us"],
      ["*.example", "us"],
      ["a/b", "us"],
    ],
  },
  "host of a rewrite": {
    make: (sample) => does(forward([to("a")], { rewrite: { host: sample } })),
    samples: [
      ["a.example", "nobody"],
      ["a\nb", "envoy"],
      ["a:80", "us"],
    ],
  },
  "full path of a redirect": {
    make: (sample) => redirectPath("full", sample),
    samples: [
      ["/a b", "nobody"],
      ["/a\nb", "envoy"],
      ["a", "us"],
      ["/a?b", "us"],
    ],
  },
  "prefix of a redirect": {
    make: (sample) =>
      route(
        { type: "redirect", status: 302, path: { type: "prefix", value: sample } },
        { match: match({ path: path("/from") }) },
      ),
    samples: [
      ["", "nobody"],
      ["/", "nobody"],
      ["/a", "nobody"],
      ["/a\nb", "envoy"],
      ["a", "us"],
    ],
  },
  "body of an answer": {
    make: (sample) => does({ type: "respond", status: 200, body: sample }),
    samples: [
      ["a\n\tb", "nobody"],
      ["a".repeat(4096), "nobody"],
      ["a".repeat(4097), "envoy"],
    ],
  },
};

describe.each(Object.entries(KINDS))("%s", (_, { make, samples }) => {
  it.each(samples)("%j: refused by %s", async (sample, refuser) => {
    const tested = make(sample);
    const { match: inMatch, action } = routeFindings(tested);
    const words = await refusal(envoy, CHAIN, tested);
    expect({ envoy: words !== undefined, us: inMatch.length + action.length > 0, words }).toEqual({
      envoy: refuser === "envoy",
      us: refuser !== "nobody",
      words: refuser === "envoy" ? expect.any(String) : undefined,
    });
  });
});

// Half a surrogate pair cannot even be encoded.
it("text that is not Unicode is found before it is encoded", () => {
  const broken = edit("x-a", "\ud800");
  expect(routeFindings(broken).action).toMatchObject([
    { value: "\ud800", reason: expect.stringContaining("surrogate") },
  ]);
});
