import { readFileSync } from "node:fs";
import { meshVariables } from "@fairlead/mesh-settings";
import { describe, expect, test } from "vitest";
import { readSettings } from "./settings.ts";

const required = { FAIRLEAD_CLOUD_URL: "wss://cloud.example", FAIRLEAD_STATE_DIR: "state" };

describe("settings", () => {
  test("the README's table is the configuration", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const rows = [...readme.matchAll(/^\| `([A-Z_]+)` \| (.*?) \|/gm)];
    const source = readFileSync(new URL("settings.ts", import.meta.url), "utf8");
    const names = [...source.matchAll(/^ {2}(?:([A-Z_]+): |\.\.\.meshVariables)/gm)].flatMap(
      ([, name]) => name ?? Object.keys(meshVariables),
    );
    expect(rows.map((row) => row[1])).toEqual(names);
    const settings: Record<string, unknown> = readSettings(required);
    for (const [, name = "", text = ""] of rows) {
      const value = settings[name];
      if (text === "none" || text === "required") continue;
      const shown = typeof value === "object" ? Object.values(value ?? {}).join(":") : `${value}`;
      expect(`\`${shown}\``, name).toBe(text);
    }
  });

  test.each([
    ["wss://cloud.example", "wss://cloud.example/v1/tunnel"],
    ["https://cloud.example/", "wss://cloud.example/v1/tunnel"],
    ["ws://127.0.0.1:80/other", "ws://127.0.0.1/other"],
  ])("the cloud at %s is reached at %s", (given, url) => {
    expect(readSettings({ ...required, FAIRLEAD_CLOUD_URL: given }).FAIRLEAD_CLOUD_URL.href).toBe(url);
  });

  test("every wrong variable is named", () => {
    const given = { FAIRLEAD_CLOUD_URL: "cloud", FAIRLEAD_NODE_REPORT_LISTEN: "9883" };
    expect(() => readSettings(given)).toThrow(
      /FAIRLEAD_CLOUD_URL.*FAIRLEAD_NODE_REPORT_LISTEN: must be host:port.*FAIRLEAD_STATE_DIR: must be set/,
    );
  });

  test("what the kind of state asks for has to be there", () => {
    const { FAIRLEAD_STATE_DIR: _, ...cluster } = { ...required, FAIRLEAD_STATE: "cluster" };
    expect(() => readSettings(cluster)).toThrow("FAIRLEAD_POD_IP: must be set when FAIRLEAD_STATE is cluster");
    expect(readSettings({ ...cluster, FAIRLEAD_POD_IP: "fd00::7" }).FAIRLEAD_POD_IP).toBe("fd00::7");
    expect(() => readSettings({ ...cluster, FAIRLEAD_STATE: "disk" })).toThrow(/FAIRLEAD_STATE:/);
  });

  test("proxies may be given in lower case, as curl takes them", () => {
    const { HTTPS_PROXY } = readSettings({ ...required, https_proxy: "http://proxy:3128" });
    expect(HTTPS_PROXY).toBe("http://proxy:3128");
  });
});
