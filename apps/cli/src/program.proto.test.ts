import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@fairlead/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EXIT } from "./exit-codes.ts";
import { run } from "./program.ts";

let cwd: string;
let server: Server;
let requests: string[];
let url: string;

/** A server that only counts what it is asked and answers nothing useful. */
beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), "fairlead-cli-"));
  requests = [];
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(401, { "content-type": "text/plain" }).end("no");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});
afterEach(async () => {
  rmSync(cwd, { recursive: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function fairlead(args: readonly string[], stdin = "", env: Record<string, string> = { FAIRLEAD_API_URL: url }) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    readStdin: async () => stdin,
    env,
    cwd,
    clock: systemClock,
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

const GOOD = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: good }\nspec: {}\n";

describe("one bad manifest, and nothing is even asked", () => {
  test.each([
    [
      "malformed YAML",
      "a: [1, 2",
      "  standard input:1: column 9: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
    ],
    [
      "an unknown field",
      `${GOOD.replace("good", "bad").replace("spec: {}", "spec: { rulez: [] }")}`,
      "  standard input:4: spec.rulez: unknown field; did you mean rules?",
    ],
    [
      "an unknown kind",
      "apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: {}\n",
      "  standard input:2: kind: Service cannot be an intent; only Gateway, HTTPRoute, GRPCRoute and Ingress can",
    ],
  ])("%s", async (_name, text, line) => {
    writeFileSync(join(cwd, "good.yaml"), GOOD);
    const { code, out, err } = await fairlead(["apply", "-f", "good.yaml", "-f", "-"], text);
    expect({ code, out, requests }).toEqual({ code: EXIT.error, out: "", requests: [] });
    expect(err).toBe(`error: one problem; nothing was changed\n${line}`);
  });

  test("in a directory every file counts, and all problems are told at once", async () => {
    mkdirSync(join(cwd, "all", "deeper"), { recursive: true });
    writeFileSync(join(cwd, "all", "a.yaml"), GOOD.replace("spec: {}", "spec: { hostnames: [10.0.0.1] }"));
    writeFileSync(
      join(cwd, "all", "deeper", "b.json"),
      '{"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {}, "spec": {}}',
    );
    writeFileSync(join(cwd, "all", "notes.txt"), "not a manifest");
    const { code, err } = await fairlead(["apply", "-f", "all"]);
    expect(code).toBe(EXIT.error);
    expect(err.split("\n")).toEqual([
      "error: 3 problems; nothing was changed",
      '  all/a.yaml:4: spec.hostnames[0]: must be a host name, not an IP address (got "10.0.0.1")',
      "  all/deeper/b.json:1: metadata.name: is required",
      "  all/deeper/b.json:1: spec: must have rules or defaultBackend (got {})",
    ]);
    expect(requests).toEqual([]);
  });

  test.each([
    [["apply", "-f", "absent.yaml"], "error: absent.yaml: no such file or directory"],
    [["apply"], "error: there is no manifest in what -f names"],
    [
      ["apply", "-f", "-", "--placement", "a=b=c"],
      'error: --placement: "a=b=c" is not a label requirement such as env=prod, env in (a,b), gpu or !legacy',
    ],
    [["delete", "httproute"], "error: Say which httproute: httproute/NAME."],
    [["wait"], "error: Say what to wait for: kind/name, --revision REVISION or --all."],
    [["wait", "hr/a", "--timeout", "soon"], 'error: --timeout: must be a duration such as 30s or 5m (got "soon")'],
    [
      ["get", "pods"],
      'error: There is no kind "pods"; known kinds: gateway, httproute, grpcroute, ingress, cluster, project, token, revision',
    ],
  ])("%j", async (args, message) => {
    expect(await fairlead(args, "")).toMatchObject({ code: EXIT.error, err: message });
    expect(requests).toEqual([]);
  });
});

describe("usage", () => {
  test("an unknown command or flag is an error that points to help; help is not", async () => {
    expect(await fairlead(["aply"])).toMatchObject({
      code: EXIT.error,
      err: expect.stringContaining("Did you mean apply?"),
    });
    expect(await fairlead(["get", "gateways", "-o", "xml"])).toMatchObject({
      code: EXIT.error,
      err: expect.stringContaining("Allowed choices are table, wide, json, yaml"),
    });
    expect(await fairlead(["--help"])).toMatchObject({ code: EXIT.ok, out: expect.stringContaining("convergence") });
  });

  test("without a token the server's refusal says how to give one", async () => {
    const { code, err } = await fairlead(["whoami"]);
    expect([code, err.split("\n").at(-1)]).toEqual([EXIT.error, "  give a token with FAIRLEAD_TOKEN or --token"]);
  });

  test("an API that is not there is told apart from one that refuses", async () => {
    const { code, err } = await fairlead(["whoami"], "", { FAIRLEAD_API_URL: "http://127.0.0.1:1" });
    expect([code, err]).toEqual([EXIT.error, expect.stringMatching(/^error: Cannot reach http:\/\/127\.0\.0\.1:1: /)]);
  });
});
