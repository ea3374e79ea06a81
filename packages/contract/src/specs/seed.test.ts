import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { routes } from "../routes/index.ts";

const folder = new URL("../../testdata/seed/", import.meta.url);
const schemas: Readonly<Record<string, { parse(value: unknown): unknown }>> = {
  Gateway: routes.gateways.create.request.body.content["application/json"].schema,
  HTTPRoute: routes.httpRoutes.create.request.body.content["application/json"].schema,
  Ingress: routes.ingresses.create.request.body.content["application/json"].schema,
};

describe("the seed's manifests are valid as they are", () => {
  for (const file of readdirSync(folder)) {
    for (const document of parseAllDocuments(readFileSync(new URL(file, folder), "utf8"))) {
      const { kind, metadata, spec } = document.toJS();
      test(`${file}: ${kind} ${metadata.name}`, () => {
        const { name, annotations = {} } = metadata;
        const given = { name, annotations, spec };
        expect(schemas[kind]?.parse(given)).toEqual({
          ...given,
          namespace: "default",
          labels: {},
          placement: { clusterSelector: {} },
          driftPolicy: "revert",
        });
      });
    }
  }
});
