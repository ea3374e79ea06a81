import { describe, expect, test } from "vitest";
import { read, trackedFiles } from "./sources.ts";

const code = trackedFiles("apps", "packages", "examples", "scripts", "infra").filter(
  (path) => /\.(ts|tsx|mjs|c|h|go)$/.test(path) && !path.includes("/gen/"),
);

describe("house style", () => {
  test("no source file passes 25 kB: past that it holds more than one purpose", () => {
    const large = code.map((path) => ({ path, size: read(path).length })).filter(({ size }) => size > 25_000);
    expect(large).toEqual([]);
  });

  test("files are kebab-case and none is a catch-all", () => {
    const names = code.map((path) => path.split("/").at(-1) ?? "");
    expect(names.filter((name) => !/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(name))).toEqual([]);
    expect(names.filter((name) => /^(utils?|helpers?|common|misc)\./.test(name))).toEqual([]);
  });

  test("nothing is skipped, focused or left to do", () => {
    const pattern = /\b(describe|test|it)\.(skip|only|todo)\(|\bTODO\b|\bFIXME\b/;
    const found = code.filter((path) => path !== "scripts/house-style.test.ts" && pattern.test(read(path)));
    expect(found).toEqual([]);
  });

  test("no machine's paths in anything committed", () => {
    const pattern = /\/work\/(main|shared)|\/home\/[a-z]+\//;
    const files = trackedFiles().filter((path) => !/package-lock\.json$|^scripts\/house-style\.test\.ts$/.test(path));
    expect(files.filter((path) => pattern.test(read(path)))).toEqual([]);
  });

  test("ARCHITECTURE.md stays a map", () => {
    expect(read("ARCHITECTURE.md").split("\n").length).toBeLessThanOrEqual(151);
  });
});
