import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openApiDocument, renderOpenApi } from "./openapi.ts";
import { routes } from "./routes/index.ts";

const all = Object.values(routes).flatMap((resource) => Object.values(resource));

test("the committed document is what the routes say; `npm run gen` writes it", () => {
  expect(readFileSync(new URL("gen/openapi.json", import.meta.url), "utf8")).toBe(renderOpenApi());
});

test("every operation has an id of its own and is in the document once", () => {
  const ids = all.map((route) => route.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  const documented = Object.values(openApiDocument().paths ?? {}).flatMap((path) => Object.keys(path));
  expect(documented).toHaveLength(all.length);
});

test("every $ref has its component", () => {
  const document = renderOpenApi();
  const components = Object.keys(openApiDocument().components?.schemas ?? {});
  const missing = [...document.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1] ?? "");
  expect(missing.filter((name) => !components.includes(name))).toEqual([]);
});

test("every list has the one pagination, every conditional write says 412 and 428", () => {
  for (const route of all) {
    const request: object = "request" in route ? route.request : {};
    if (route.operationId.startsWith("list")) expect(JSON.stringify(Object.keys(request))).toContain("query");
    if ("headers" in request && !route.operationId.startsWith("stream")) {
      expect(Object.keys(route.responses)).toEqual(expect.arrayContaining(["412", "428"]));
    }
  }
});
