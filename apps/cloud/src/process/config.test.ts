import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CONFIG_FIELDS, readCloudConfig } from "./config.ts";

describe("readCloudConfig", () => {
  test("everything but the database has a default", () => {
    expect(readCloudConfig({ DATABASE_URL: "postgres://x" })).toMatchObject({
      roles: new Set(["api", "tunnel", "worker"]),
      host: "127.0.0.1",
      port: 8080,
      adminPort: 8081,
      queueUrl: undefined,
    });
  });

  test("--role wins over the environment", () => {
    const env = { DATABASE_URL: "postgres://x", FAIRLEAD_ROLES: "api" };
    expect([...readCloudConfig(env).roles]).toEqual(["api"]);
    expect([...readCloudConfig(env, "worker, tunnel").roles]).toEqual(["worker", "tunnel"]);
  });

  test("what is wrong is named, all of it at once", () => {
    expect(() => readCloudConfig({ FAIRLEAD_PORT: "ninety", FAIRLEAD_PUBLIC_URL: "ftp://x" })).toThrow(
      /DATABASE_URL: .*FAIRLEAD_PORT: .*FAIRLEAD_PUBLIC_URL: /,
    );
  });

  test("the README's table says what the schema says", () => {
    const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
    const rows = readme
      .split("\n")
      .flatMap((line) => /^\| `([A-Z_]+)` \| (.*) \|$/.exec(line)?.slice(1).join(": ") ?? []);
    const fields = Object.entries(CONFIG_FIELDS).map(([name, field]) => `${name}: ${field.description}`);
    expect(rows).toEqual([
      ...fields,
      "FAIRLEAD_LOG_LEVEL: `debug`, `info`, `warn`, `error` or `silent`. Default `info`.",
    ]);
  });
});
