import { fileURLToPath } from "node:url";
import { systemClock } from "@fairlead/core";
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
