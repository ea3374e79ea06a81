import { describe, expect, test } from "vitest";
import { importTable, impureModules, mayImport, purePackages, soleUsers } from "./import-table.ts";
import { importedModules, read, trackedFiles } from "./sources.ts";

const SCOPE = "@fairlead/";
const sources = trackedFiles("apps/*.ts", "apps/*.tsx", "packages/*.ts", "examples/*.ts", "infra/*.ts").filter(
  (path) => !path.includes("/gen/"),
);
const apps = new Set(trackedFiles("apps/*/package.json").map((path) => path.split("/")[1]));
const workspaceOf = (path: string) => path.split("/").slice(0, 2).join("/");
const startsRealThings = (workspace: string) => workspace === "apps/standalone" || workspace.startsWith("infra/");
const isTest = (path: string) => /\.test\.tsx?$|\/(bench|testdata|tools)\/|\/(test|testing)-?[^/]*\//.test(path);
const imports = sources.flatMap((path) =>
  importedModules(read(path)).map((module) => ({ path, module, workspace: workspaceOf(path) })),
);

describe("import table", () => {
  test("every workspace is in the table", () => {
    const workspaces = trackedFiles(
      "apps/*/package.json",
      "packages/*/package.json",
      "examples/*/package.json",
      "infra/*/package.json",
    ).map(workspaceOf);
    expect(workspaces.filter((name) => importTable[name] === undefined)).toEqual([]);
  });

  test("code imports only what the table allows", () => {
    const broken = imports.filter(({ path, module, workspace }) => {
      if (!module.startsWith(SCOPE)) return false;
      const name = module.slice(SCOPE.length).split("/")[0] ?? "";
      if (isTest(path)) return apps.has(name) && workspace !== `apps/${name}`;
      return !mayImport(workspace, name) || (name === "testkit" && !startsRealThings(workspace));
    });
    expect(broken.map(({ path, module }) => `${path} imports ${module}`)).toEqual([]);
  });

  test("relative imports stay inside their workspace", () => {
    const broken = imports.filter(({ path, module, workspace }) => {
      if (!module.startsWith(".")) return false;
      const target = new URL(module, `file:///${path}`).pathname.slice(1);
      return workspaceOf(target) !== workspace;
    });
    expect(broken.map(({ path, module }) => `${path} imports ${module}`)).toEqual([]);
  });

  test("a library with a sole user is touched nowhere else", () => {
    const broken = imports.filter(({ path, module, workspace }) => {
      const library = Object.keys(soleUsers).find((name) => module === name || module.startsWith(`${name}/`));
      return library !== undefined && !isTest(path) && soleUsers[library]?.includes(workspace) === false;
    });
    expect(broken.map(({ path, module }) => `${path} imports ${module}`)).toEqual([]);
  });

  test("pure packages do no I/O", () => {
    const broken = imports.filter(
      ({ path, module, workspace }) =>
        purePackages.includes(workspace) && !isTest(path) && impureModules.includes(module),
    );
    expect(broken.map(({ path, module }) => `${path} imports ${module}`)).toEqual([]);
  });
});
