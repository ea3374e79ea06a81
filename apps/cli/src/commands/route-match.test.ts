import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@fairlead/core";
import { selfSigned } from "@fairlead/testkit";
import { describe, expect, test } from "vitest";
import { EXIT } from "../exit-codes.ts";
import { run } from "../program.ts";

const TESTDATA = fileURLToPath(new URL("../testdata/route-match", import.meta.url));

/** `route match` against the fixture, without any API. */
async function match(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const io = {
    out: (line: string) => out.push(line),
    err: (line: string) => err.push(line),
    readStdin: async () => "",
    env: {},
    cwd: TESTDATA,
    clock: systemClock,
  };
  const code = await run(["route", "match", ...args], io);
  return { code, out: `${out.join("\n")}\n`, err: err.join("\n") };
}

describe("what is printed is what the golden says", () => {
  const cases: [name: string, code: number, ...args: string[]][] = [
    ["weights", EXIT.ok, "--host", "Shop.example.com:80", "--path", "//cart/./list", "--query", "step=2"],
    ["header", EXIT.ok, "--host", "shop.example.com", "--path", "/cart", "--header", "x-canary=1"],
    ["redirect", EXIT.ok, "--host", "shop.example.com", "--path", "/old", "--scheme", "https"],
    ["ingress", EXIT.ok, "--host", "docs.example.com"],
    ["no-route", EXIT.notRouted, "--host", "shop.example.com", "--path", "/cartoon"],
    ["no-gateway", EXIT.notRouted, "--host", "shop.example.com", "--gateway", "shop/edgy"],
    ["no-certificate", EXIT.notRouted, "--host", "other.test", "--scheme", "https"],
    ["broken", EXIT.failing, "--host", "shop.example.com", "--path", "/broken"],
    ["malformed", EXIT.failing, "--host", "shop.example.com", "--path", "/a%00"],
  ];
  test.each(cases)("%s", async (name, code, ...args) => {
    const people = await match(...args, "-f", "shop.in.yaml");
    expect({ code: people.code, err: people.err }).toEqual({ code, err: "" });
    await expect(people.out).toMatchFileSnapshot(`${TESTDATA}/${name}.out.txt`);
    const programs = await match(...args, "-f", "shop.in.yaml", "-o", "yaml");
    await expect(programs.out).toMatchFileSnapshot(`${TESTDATA}/${name}.out.yaml`);
  });
});

describe("of Secrets in the manifests the certificates are judged, others are assumed", () => {
  const secret = (algorithm: readonly string[]) => {
    const { chain, key } = selfSigned("wild", algorithm);
    const data = { "tls.crt": Buffer.from(chain).toString("base64"), "tls.key": Buffer.from(key).toString("base64") };
    return JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata: { name: "wild", namespace: "shop" }, data });
  };
  const ask = async (text: string) => {
    const directory = mkdtempSync(join(tmpdir(), "fairlead-cli-"));
    const file = join(directory, "secret.json");
    writeFileSync(file, text);
    const args = ["--host", "shop.example.com", "--path", "/cart", "--scheme", "https"];
    return match(...args, "-f", "shop.in.yaml", "-f", file).finally(() => rmSync(directory, { recursive: true }));
  };
  const assumption = "Secret shop/wild holds a certificate that can be served";

  test("one that can be served serves", async () => {
    const { code, out } = await ask(secret(["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]));
    expect(code).toBe(EXIT.ok);
    expect(out).not.toContain(assumption);
  });

  test("one that Envoy refuses does not", async () => {
    const { code, out } = await ask(secret(["rsa:1024"]));
    expect([code, out]).toEqual([EXIT.notRouted, expect.stringContaining("has no certificate for")]);
  });

  test("one that is not there is assumed, and said", async () => {
    const { code, out } = await match(
      "--host",
      "shop.example.com",
      "--path",
      "/cart",
      "--scheme",
      "https",
      "-f",
      "shop.in.yaml",
    );
    expect([code, out]).toEqual([EXIT.ok, expect.stringContaining(assumption)]);
  });
});

test("what a proxy answers by itself is told to gRPC in its own words", async () => {
  const { code, out } = await match(
    "--host",
    "shop.example.com",
    "--path",
    "/x/Y",
    "--header",
    "content-type=application/grpc",
    "-f",
    "shop.in.yaml",
  );
  expect([code, out]).toEqual([EXIT.notRouted, expect.stringContaining("grpc-status 12 (for 404), because no route")]);
});

describe("flags that cannot be meant are refused by name", () => {
  test.each([
    [["--host", "a"], "error: give either --cluster or -f"],
    [["--host", "a", "-f", "shop.in.yaml", "--cluster", "c"], "error: give either --cluster or -f"],
    [["--host", "a", "-f", "shop.in.yaml", "--port", "http"], "error: --port http: must be a port from 1 to 65535"],
    [["--host", "a", "-f", "shop.in.yaml", "--header", "x"], "error: --header x: must be name=value"],
    [["--host", "a", "-f", "shop.in.yaml", "--gateway", "g"], "error: --gateway g: must be <namespace>/<name>"],
    [["--host", "a", "-f", "absent.yaml"], "error: absent.yaml: no such file or directory"],
  ])("%j", async (args, message) => {
    expect(await match(...args)).toEqual({ code: EXIT.error, out: "\n", err: message });
  });
});
