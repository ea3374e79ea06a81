import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MeshModel } from "@fairlead/mesh-model";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { resourceJson } from "./registry.ts";
import { translateModel } from "./translate.ts";

// `<case>.in.yaml`, a mesh model, becomes `<case>.out.yaml`, what Envoy is sent; `vitest -u` writes the latter anew.
const directory = join(import.meta.dirname, "testdata");
const cases = readdirSync(directory).flatMap((file) => (file.endsWith(".in.yaml") ? [file.slice(0, -8)] : []));

describe("a model's resources", () => {
  it.each(cases)("%s", async (name) => {
    const parts: Partial<MeshModel> = parse(readFileSync(join(directory, `${name}.in.yaml`), "utf8"));
    const model: MeshModel = { sockets: [], tables: [], backends: [], certificates: [], ...parts };
    const { resources, findings } = translateModel(model);
    const shown = resources.map((resource) => ({
      type: resource.typeUrl.slice(resource.typeUrl.lastIndexOf(".") + 1),
      name: resource.name,
      sources: resource.sources,
      requires: resource.requires.map((key) => `${key.typeUrl.slice(key.typeUrl.lastIndexOf(".") + 1)} ${key.name}`),
      content: resourceJson(resource),
    }));
    const text = stringify({ resources: shown, findings }, { lineWidth: 120, aliasDuplicateObjects: false });
    await expect(text).toMatchFileSnapshot(join(directory, `${name}.out.yaml`));
  });

  it.each(cases)("%s: the order of the pieces does not matter, and equal content has an equal version", (name) => {
    const parts: Partial<MeshModel> = parse(readFileSync(join(directory, `${name}.in.yaml`), "utf8"));
    const model: MeshModel = { sockets: [], tables: [], backends: [], certificates: [], ...parts };
    const turned: MeshModel = {
      sockets: model.sockets.toReversed(),
      tables: model.tables.toReversed(),
      backends: model.backends.toReversed(),
      certificates: model.certificates.toReversed(),
    };
    expect(translateModel(turned)).toEqual(translateModel(model));
  });
});
