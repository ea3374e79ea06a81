import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { desiredOf } from "./desired.ts";
import { parseManifests } from "./parse.ts";

function read(text: string) {
  const parsed = parseManifests({ name: "x.yaml", text });
  const set = desiredOf(parsed.manifests);
  const lines = (all: readonly { readonly line: number; readonly message: string }[]) =>
    all.map((one) => `${one.line}: ${one.message}`);
  return {
    desired: set.desired,
    problems: lines([...parsed.problems, ...set.problems]),
  };
}

const ROUTE = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: reviews
`;

describe("manifests", () => {
  test("the seed's manifests are read as they are", () => {
    const folder = new URL("../../../../packages/contract/testdata/seed/", import.meta.url);
    const found = readdirSync(folder).flatMap((name) => {
      const { desired, problems } = read(readFileSync(new URL(name, folder), "utf8"));
      expect(problems).toEqual([]);
      return desired.map(({ kind, input }) => `${kind} ${input.namespace}/${input.name}`);
    });
    expect(found).toEqual([
      "Ingress default/basic-ingress",
      "Gateway default/cilium-tls-gateway",
      "Gateway default/my-gateway",
      "HTTPRoute default/http-app-1",
      "Gateway default/tls-gateway",
      "HTTPRoute default/https-app-route-1",
      "HTTPRoute default/https-app-route-2",
      "Ingress default/tls-ingress",
      "Ingress default/webpod-ingress-nginx",
      "Ingress default/webpod-ingress",
    ]);
  });

  test("placement and drift policy come from their annotations; labels, other annotations and namespace are kept, what servers add is left", () => {
    const { desired, problems } = read(`${ROUTE}  namespace: shop
  uid: abc
  labels: { team: a }
  annotations:
    fairlead.dev/placement: env=prod,!legacy
    fairlead.dev/drift-policy: report
    fairlead.dev/intent: rt_1
    fairlead.dev/revision: "1.7"
    kubectl.kubernetes.io/last-applied-configuration: "{}"
    ingress.cilium.io/loadbalancer-mode: dedicated
spec: {}
status: {}
`);
    expect(problems).toEqual([]);
    expect(desired[0]?.input).toEqual({
      name: "reviews",
      namespace: "shop",
      labels: { team: "a" },
      annotations: { "ingress.cilium.io/loadbalancer-mode": "dedicated" },
      placement: {
        clusterSelector: {
          matchLabels: { env: "prod" },
          matchExpressions: [{ key: "legacy", operator: "DoesNotExist" }],
        },
      },
      driftPolicy: "report",
      spec: {},
    });
  });

  test("a List is taken apart, empty documents are nothing", () => {
    const { desired, problems } = read(
      "---\n---\napiVersion: v1\nkind: List\nitems:\n- apiVersion: networking.k8s.io/v1\n  kind: Ingress\n  metadata: { name: a }\n  spec: { defaultBackend: { service: { name: a, port: { number: 80 } } } }\n",
    );
    expect([desired.length, problems]).toEqual([1, []]);
  });

  test.each([
    [
      "a: [",
      ["1: column 5: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]"],
    ],
    ["a: 1\na: 2", ["2: column 1: not valid YAML: Map keys must be unique"]],
    ["- 1", ["1: must be a Kubernetes object: a map with apiVersion, kind, metadata and spec"]],
    ["kind: Gateway", ["1: apiVersion: is required", "1: metadata: is required, with a name"]],
    [`${ROUTE}spek: {}`, ["5: spek: unknown field; did you mean spec?"]],
    [`${ROUTE}`, ["1: spec: is required"]],
    [`${ROUTE}  lables: {}\nspec: {}`, ["5: metadata.lables: unknown field; did you mean labels?"]],
    [`${ROUTE}spec:\n  rules:\n  - matchez: []`, ["7: spec.rules[0].matchez: unknown field; did you mean matches?"]],
    [
      `${ROUTE}spec:\n  rules:\n  - backendRefs:\n    - name: a`,
      ["8: spec.rules[0].backendRefs[0].port: is required for a Service"],
    ],
    [
      `${ROUTE}  annotations:\n    fairlead.dev/placement: env=a=b\nspec: {}`,
      [
        '6: metadata.annotations["fairlead.dev/placement"]: "env=a=b" is not a label requirement such as env=prod, env in (a,b), gpu or !legacy',
      ],
    ],
    [
      `${ROUTE}  annotations:\n    a: true\n    fairlead.dev/mine: x\n    a b: c\nspec: {}`,
      [
        "6: metadata.annotations.a: must be a string (got true)",
        '7: metadata.annotations["fairlead.dev/mine"]: keys under fairlead.dev/ are Fairlead\'s own; choose another prefix, such as example.com/ (got "x")',
        '8: metadata.annotations["a b"]: must be an annotation key such as note or example.com/note: a DNS subdomain and a slash or nothing, then at most 63 letters, digits, dashes, underscores and dots, with a letter or digit at both ends (got "c")',
      ],
    ],
    [`${ROUTE}  annotations: [a]\nspec: {}`, ['5: metadata.annotations: must be an object (got ["a"])']],
    [
      `${ROUTE}  annotations: { fairlead.dev/placement: 1 }\nspec: {}`,
      ['5: metadata.annotations["fairlead.dev/placement"]: must be a string such as env=prod'],
    ],
    [ROUTE.replace("HTTPRoute", "HTTPRoutes"), ["2: kind: HTTPRoutes cannot be an intent; did you mean HTTPRoute?"]],
    [
      ROUTE.replace("HTTPRoute", "Service"),
      ["2: kind: Service cannot be an intent; only Gateway, HTTPRoute, GRPCRoute and Ingress can"],
    ],
    [
      ROUTE.replace("/v1", "/v1alpha2"),
      ['1: apiVersion: HTTPRoute is read as gateway.networking.k8s.io/v1 (got "gateway.networking.k8s.io/v1alpha2")'],
    ],
    [
      ROUTE.replace("reviews", "Re views").concat("spec: {}"),
      [
        '4: metadata.name: must be lower-case letters, digits, dashes and dots, with a letter or digit at both ends of each part (got "Re views")',
      ],
    ],
    [`${ROUTE}spec: {}\n---\n${ROUTE}spec: {}`, ["7: HTTPRoute reviews is in x.yaml:1 already"]],
  ])("%j is refused with line and reason", (text, problems) => expect(read(text).problems).toEqual(problems));

  test("a bomb of aliases is refused", () => {
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\n${"bcdefg"
      .split("")
      .map((key, index) => `${key}: &${key} [${Array(10).fill(`*${"abcdefg"[index]}`).join(", ")}]`)
      .join("\n")}`;
    expect(read(bomb).problems).toEqual([
      "1: not valid YAML: Excessive alias count indicates a resource exhaustion attack",
    ]);
  });
});
