import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ROOT } from "./build-image.ts";
import { catalog } from "./catalog.ts";

const products = catalog(ROOT).filter(({ kind }) => kind === "product");

interface Containerfile {
  readonly values: (word: string) => string[];
}

function containerfile(name: string): Containerfile {
  const text = readFileSync(`${ROOT}infra/images/containerfiles/${name}.Containerfile`, "utf8");
  const lines = text.split("\n");
  return {
    values: (word) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1)),
  };
}

test.each(products)("$name: the Containerfile takes its files from the same place and runs it the same way", (spec) => {
  const { values } = containerfile(spec.name);
  expect(values("RUN").at(-1)).toBe(`node scripts/run.mjs images ${spec.name} --files /image`);
  expect(values("COPY").at(-1)).toBe("--from=build /image/ /");
  expect(values("USER")).toEqual([spec.run.user]);
  expect(values("ENTRYPOINT").map((text) => JSON.parse(text))).toEqual([spec.run.entrypoint]);
  expect(values("CMD").map((text) => JSON.parse(text))).toEqual(
    spec.run.command === undefined ? [] : [spec.run.command],
  );
  expect(values("EXPOSE")).toEqual(spec.run.ports ?? []);
  expect(values("ENV").sort()).toEqual(
    Object.entries(spec.run.environment ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .sort(),
  );
});

test("only the agent, which writes into the node's folders, runs as root", () => {
  expect(products.filter(({ run }) => run.user !== "65532:65532").map(({ name }) => name)).toEqual(["fairlead-agent"]);
});

test("references are what the chart asks for", () => {
  expect(products.map(({ reference }) => reference.replace(/:.*/, ""))).toEqual([
    "ghcr.io/fairlead/fairlead-cloud",
    "ghcr.io/fairlead/fairlead-connector",
    "ghcr.io/fairlead/fairlead-operator",
    "ghcr.io/fairlead/fairlead-agent",
    "ghcr.io/fairlead/fairlead-envoy",
  ]);
});
