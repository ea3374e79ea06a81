import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@fairlead/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Io } from "./io.ts";
import { readSettings } from "./settings.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "fairlead-cli-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const io = (env: Record<string, string> = {}): Io => ({
  out: () => {},
  err: () => {},
  readStdin: () => Promise.resolve(""),
  env,
  cwd,
  clock: systemClock,
});
const endpoints = (text: string) => {
  mkdirSync(join(cwd, ".fairlead"));
  writeFileSync(join(cwd, ".fairlead", "endpoints.json"), text);
};
const FILE = '{"apiUrl":"http://127.0.0.1:1","gatewayUrl":"http://127.0.0.1:2","token":"fl_file","project":"prj_file"}';

describe("settings", () => {
  test("the file of `npm start` is enough", () => {
    endpoints(FILE);
    const settings = readSettings({}, io());
    expect([settings.apiUrl, settings.token?.reveal(), settings.project, settings.output]).toEqual([
      "http://127.0.0.1:1",
      "fl_file",
      "prj_file",
      "table",
    ]);
  });

  test("environment wins over the file, flags over both", () => {
    endpoints(FILE);
    const env = { FAIRLEAD_API_URL: "http://127.0.0.1:1", FAIRLEAD_TOKEN: "fl_env", FAIRLEAD_PROJECT: "env" };
    expect(readSettings({}, io(env)).token?.reveal()).toBe("fl_env");
    const settings = readSettings({ token: "fl_flag", project: "flag", output: "json" }, io(env));
    expect([settings.token?.reveal(), settings.project, settings.output]).toEqual(["fl_flag", "flag", "json"]);
  });

  test("wide is a table with more columns", () => {
    endpoints(FILE);
    expect(readSettings({ output: "wide" }, io())).toMatchObject({ output: "table", isWide: true });
  });

  test("the file's token is never sent to another API", () => {
    endpoints(FILE);
    const settings = readSettings({ apiUrl: "https://elsewhere.example.com" }, io());
    expect([settings.token, settings.project]).toEqual([undefined, undefined]);
  });

  test.each([
    [
      undefined,
      {},
      "No API to talk to: give --api-url, set FAIRLEAD_API_URL, or run where `npm start` has written .fairlead/endpoints.json.",
    ],
    ["{", {}, ".fairlead/endpoints.json cannot be read: it is not what `npm start` writes."],
    [
      undefined,
      { FAIRLEAD_API_URL: "nonsense" },
      '"nonsense" is no URL; the API\'s looks like https://api.example.com',
    ],
  ])("file %j and environment %j: %s", (file, env, message) => {
    if (file !== undefined) endpoints(file);
    expect(() => readSettings({}, io(env))).toThrow(message);
  });
});
