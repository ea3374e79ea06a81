import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleRoute } from "../testing/sample-intents.ts";
import { checkDocument, placeOfField } from "./check-document.ts";
import { documentOf } from "./intent-document.ts";
import { KINDS, type KindInfo, kindNamed } from "./kinds.ts";

const kind: KindInfo = kindNamed("HTTPRoute") ?? expect.fail("no HTTPRoute");
const said = (text: string, identity?: { name: string; namespace: string }) =>
  checkDocument(text, { kind, identity }).problems.map(
    ({ line, column, field, message }) => `${line}:${column} ${field}: ${message}`,
  );
const document = (spec: string) => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: web
spec:
${spec}`;

describe("what is wrong, where, and what would be right", () => {
  test("every template is in order: whoever begins with it can save at once", () => {
    for (const one of KINDS) expect(checkDocument(one.template, { kind: one }).problems).toEqual([]);
  });

  test("a value the schema refuses is marked itself", () => {
    expect(said(document("  rules:\n    - backendRefs:\n        - name: web\n          port: 99999\n"))).toEqual([
      "9:17 spec.rules[0].backendRefs[0].port: must be at most 65535 (got 99999)",
    ]);
  });

  test("an unknown field is marked by its name, with what was meant", () => {
    expect(said(document("  hostnamez: [a.example]\n"))).toEqual([
      "6:3 spec.hostnamez: unknown field; did you mean hostnames?",
    ]);
  });

  test("a required field that is missing is marked at what should have it", () => {
    expect(said(document("  rules:\n    - backendRefs:\n        - name: web\n"))).toEqual([
      "8:11 spec.rules[0].backendRefs[0].port: is required for a Service",
    ]);
  });

  test("broken YAML is marked where it breaks", () => {
    expect(said("kind: [HTTPRoute\n")).toEqual([expect.stringMatching(/^\d+:\d+ : not valid YAML: /)]);
  });

  test("something else than an object, and nothing at all", () => {
    for (const text of ["", "- a\n", "text\n"])
      expect(said(text)).toEqual([expect.stringContaining("must be one Kubernetes object")]);
  });

  test("another kind, and what Kubernetes fills in, are told apart from slips", () => {
    const text = `${document("  rules: []\n").replace("kind: HTTPRoute", "kind: Gateway").replace("  name: web", "  name: web\n  uid: x")}status: {}\n`;
    expect(said(text)).toEqual([
      expect.stringContaining("status: is Kubernetes' own; leave it out"),
      expect.stringContaining("kind: must be HTTPRoute"),
      expect.stringContaining("metadata.uid: is Kubernetes' own; leave it out"),
    ]);
  });

  test("an intent that exists keeps its name and namespace", () => {
    expect(said(document("  rules: []\n"), { name: "other", namespace: "default" })[0]).toMatch(
      /^4:9 metadata\.name: must be other: an intent keeps its name/,
    );
  });

  test("aliases that grow without end are refused, not expanded", () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${"*a,".repeat(40)}]\nc: [${"*b,".repeat(40)}]\n`;
    expect(said(bomb)).toEqual([expect.stringContaining("not valid YAML")]);
  });
});

test("an intent's document gives back exactly the intent", () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  const texts = fc.dictionary(word, fc.stringMatching(/^[a-z0-9]{0,8}$/), { maxKeys: 3 });
  const header = fc.record({ name: word, value: fc.string({ minLength: 1, maxLength: 20 }) });
  const headers = fc.uniqueArray(header, { maxLength: 2, selector: ({ name }) => name });
  const backend = fc.record({ name: word, port: fc.integer({ min: 1, max: 65535 }), weight: fc.nat(100) });
  const rule = fc.record({
    matches: fc.array(fc.record({ headers }), { maxLength: 2 }),
    backendRefs: fc.array(backend, { maxLength: 3 }),
  });
  const hostname = word.map((host) => `${host}.example`);
  const spec = fc.record({
    hostnames: fc.uniqueArray(hostname, { maxLength: 3 }),
    rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
  });
  fc.assert(
    fc.property(word, word, texts, texts, spec, (name, namespace, labels, annotations, written) => {
      const intent = sampleRoute({ name, namespace, labels, annotations, spec: written });
      const { input, problems } = checkDocument(documentOf(intent, kind), { kind, identity: { name, namespace } });
      expect(problems).toEqual([]);
      expect(input).toEqual({
        name,
        namespace,
        labels,
        annotations,
        placement: { clusterSelector: {} },
        driftPolicy: "revert",
        spec: written,
      });
    }),
    { numRuns: 200 },
  );
});

test("the field a node has refused is found in the text", () => {
  const text = document(
    "  rules:\n    - matches:\n        - path:\n            type: RegularExpression\n            value: /a[b\n",
  );
  const place = placeOfField(text, "spec.rules[0].matches[0].path.value");
  expect([place?.line, text.slice(place?.from, place?.to)]).toEqual([10, "/a[b"]);
});
