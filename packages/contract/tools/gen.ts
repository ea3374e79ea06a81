import { mkdirSync, writeFileSync } from "node:fs";
import { renderOpenApi } from "../src/openapi.ts";

// Writes the OpenAPI document that clients in other languages are made from.
const target = new URL("../src/gen/openapi.json", import.meta.url);
mkdirSync(new URL(".", target), { recursive: true });
writeFileSync(target, renderOpenApi());
