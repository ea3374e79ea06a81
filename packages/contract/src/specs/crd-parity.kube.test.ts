import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ensureGoModule } from "@fairlead/testkit";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { openApiDocument } from "../openapi.ts";
import { type Facets, flatten, isSchema, type JsonSchema } from "../testing/flatten-schema.ts";

// Guarantee: what the contract takes of Gateway API is what its CRDs take, field by field and limit by limit. The CRDs
// are read from the Go module that holds them; what differs on purpose is listed here with its reason.
const VERSION = "v1.7.0";
const module = await ensureGoModule("sigs.k8s.io/gateway-api", VERSION);
const title = `Gateway API ${VERSION}${"missing" in module ? ` (${module.missing})` : ""}`;

interface Exception {
  readonly path: RegExp;
  /** What of the field differs. */
  readonly facets: readonly (keyof Facets)[];
  readonly reason: string;
}

const EXCEPTIONS: readonly Exception[] = [
  {
    path: /\.selector\.match/,
    facets: ["enum", "pattern", "minLength", "maxLength", "maxItems"],
    reason: "CRDs leave label selectors to whoever reads them, who may fail then; ours are checked when written",
  },
  {
    path: /^spec\.addresses\[\]\.type$/,
    facets: ["pattern"],
    reason: "the CRD anchors neither side of its alternatives, so that any text with IPAddress in it would pass",
  },
  {
    path: /^spec\.listeners\[\]\.protocol$/,
    facets: ["pattern"],
    reason: "the CRD does not anchor the start of a domain-prefixed protocol",
  },
];

describe.skipIf("missing" in module)(title, () => {
  const components = openApiDocument().components?.schemas ?? {};
  const used = new Set<Exception>();

  test.each([
    ["Gateway", "gateways", "GatewaySpec"],
    ["HTTPRoute", "httproutes", "HTTPRouteSpec"],
    ["GRPCRoute", "grpcroutes", "GRPCRouteSpec"],
  ])("%s", (_kind, plural, component) => {
    const ours = flatten(schemaAt(components, component), schemaAt.bind(undefined, components));
    const channels = ["standard", "experimental"].map((channel) => flatten(readSpec(channel, plural)));
    const theirs = new Set(channels.flatMap((channel) => [...channel.keys()]));
    const found: string[] = [];
    for (const path of [...new Set([...theirs, ...ours.keys()])].sort()) {
      const mine = ours.get(path);
      const allowed = channels.flatMap((channel) => channel.get(path) ?? []);
      if (mine === undefined) found.push(`${path}: is missing in the contract`);
      else if (allowed.length === 0) found.push(`${path}: is in no channel of the CRD`);
      else {
        for (const facet of FACETS) {
          const texts = allowed.map((one) => JSON.stringify(one[facet]));
          const text = JSON.stringify(mine[facet]);
          if (texts.includes(text)) continue;
          const exception = EXCEPTIONS.find((one) => one.facets.includes(facet) && one.path.test(path));
          if (exception === undefined) found.push(`${path}: ${facet} is ${text}, in the CRD ${texts.at(-1)}`);
          else used.add(exception);
        }
      }
    }
    expect(found).toEqual([]);
  });

  test("every exception is still one", () => {
    expect(EXCEPTIONS.filter((one) => !used.has(one)).map((one) => String(one.path))).toEqual([]);
  });
});

const FACETS = [
  "type",
  "enum",
  "pattern",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minimum",
  "maximum",
  "maxProperties",
  "required",
] as const satisfies readonly (keyof Facets)[];

function schemaAt(components: object, name: string): JsonSchema {
  const schema: unknown = Reflect.get(components, name);
  if (!isSchema(schema)) throw new Error(`no component ${name}`);
  return schema;
}

function readSpec(channel: string, plural: string): JsonSchema {
  const directory = "directory" in module ? module.directory : "";
  const file = join(directory, "config/crd", channel, `gateway.networking.k8s.io_${plural}.yaml`);
  const crd = parse(readFileSync(file, "utf8"));
  const version = crd.spec.versions.find((one: { name: string }) => one.name === "v1");
  return version.schema.openAPIV3Schema.properties.spec;
}
