import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type DataPlane, isId } from "@fairlead/contract";
import { generateToken } from "@fairlead/contract/token-secret";
import { systemClock } from "@fairlead/core";
import { acquireLease, type Database, migrate, openDatabase, recordProgress, runtimeUrl } from "@fairlead/database";
import { eventually, freePort, type Program, startProgram, type TestDatabase, testDatabase } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXIT } from "./exit-codes.ts";
import { run } from "./program.ts";

// The CLI against the real API on a real database. No connector joins: what needs one is tested in apps/standalone.
const runtime = { name: "fairlead_cli_test", password: "only-for-this-test" };
const token = generateToken("tok");
const seed = fileURLToPath(new URL("../../../packages/contract/testdata/seed/", import.meta.url));
const cilium: DataPlane = {
  kind: "cilium",
  ciliumClasses: true,
  ingress: { forceHttps: true, loadBalancerMode: "shared" },
  secretNamespaces: null,
  hostNetwork: { gateways: null, ingresses: null, envoyMetricsPort: 9964 },
};
let database: TestDatabase;
let connection: Database;
let cloud: Program;
let env: Record<string, string>;

beforeAll(async () => {
  database = await testDatabase({ migrate: (ownerUrl) => migrate({ ownerUrl, runtime }) });
  const databaseUrl = runtimeUrl(database.ownerUrl, runtime);
  connection = await openDatabase({ url: databaseUrl, max: 2 });
  await connection.system.bootstrap({ organization: "acme", token });
  const port = await freePort();
  const apiUrl = `http://127.0.0.1:${port}`;
  cloud = startProgram({
    command: process.execPath,
    args: [fileURLToPath(new URL("../../cloud/src/main.ts", import.meta.url))],
    env: {
      DATABASE_URL: databaseUrl,
      FAIRLEAD_HOST: "127.0.0.1",
      FAIRLEAD_PORT: `${port}`,
      FAIRLEAD_ADMIN_PORT: `${await freePort()}`,
      FAIRLEAD_LOG_LEVEL: "warn",
    },
  });
  env = { FAIRLEAD_API_URL: apiUrl, FAIRLEAD_TOKEN: token.token.reveal(), FAIRLEAD_PROJECT: "default" };
  await eventually(async () => expect((await fetch(`${apiUrl}/healthz`)).status).toBe(200), { timeoutMs: 60_000 });
});
afterAll(async () => {
  await cloud?.stop();
  await connection?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

async function fairlead(args: readonly string[], stdin = "", more: Record<string, string> = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await run(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    readStdin: async () => stdin,
    env: { ...env, ...more },
    cwd: "/",
    clock: systemClock,
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

const route = (name: string, weight: number, more = "") => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name}${more} }
spec:
  parentRefs: [{ name: my-gateway }]
  rules:
  - backendRefs: [{ name: reviews, port: 9080, weight: ${weight} }]
`;

describe("clusters and tokens", () => {
  test("cluster join makes the cluster, and its secret is shown this once", async () => {
    const joined = await fairlead(["cluster", "join", "edge-1", "--labels", "env=prod", "--ttl", "5m"]);
    expect([joined.code, joined.err]).toEqual([EXIT.ok, ""]);
    const secret = /fl_jt_[0-9a-z]+_[0-9a-z]+_[0-9a-f]{8}/.exec(joined.out)?.[0] ?? "none";
    expect(joined.out).toContain(`--set connector.joinToken=${secret}`);
    const again = await fairlead(["cluster", "join", "edge-1", "-o", "json"]);
    expect(JSON.parse(again.out)).toMatchObject({
      clusterName: "edge-1",
      state: "usable",
      token: expect.not.stringContaining(secret),
    });
    const list = await fairlead(["get", "clusters"]);
    expect(list.out.split("\n")[1]).toMatch(/^edge-1 +unknown +- +- +0\/0 +env=prod +clu_/);
  });

  test("a cluster is confirmed once it has joined; until then the next step is named", async () => {
    expect(await fairlead(["cluster", "confirm", "edge-1"])).toEqual({
      code: EXIT.error,
      out: "",
      err: "error: cluster edge-1 has not joined yet: `fairlead cluster join`",
    });
    const { err } = await fairlead(["cluster", "confirm", "edge-1", "--uid", "not a uid"]);
    expect(err).toBe('error: kubeSystemUid: must be the uid of a namespace (got "not a uid")');
  });

  test("an expired or too long life is refused by the server with its field", async () => {
    const { code, err } = await fairlead(["cluster", "join", "edge-1", "--ttl", "2h"]);
    expect([code, err]).toEqual([EXIT.error, "error: ttlSeconds: must be at most 3600 (got 7200)"]);
  });

  test("a token is created, works, is listed without its secret, and is refused once revoked", async () => {
    const created = await fairlead(["token", "create", "ci", "--ttl", "1h"]);
    expect(created.out).toMatch(/^fl_tok_[0-9a-z]+_[0-9a-z]+_[0-9a-f]{8}$/);
    expect((await fairlead(["whoami"], "", { FAIRLEAD_TOKEN: created.out })).out).toContain("token ci (tok_");
    const list = await fairlead(["token", "list"]);
    expect(list.out).toMatch(/^ci +\d+s +\S+ +usable +tok_/m);
    expect(list.out).not.toContain(created.out);
    expect(await fairlead(["token", "revoke", "ci"])).toEqual({ code: EXIT.ok, out: "token/ci revoked", err: "" });
    expect(await fairlead(["whoami"], "", { FAIRLEAD_TOKEN: created.out })).toMatchObject({ code: EXIT.error });
    expect(await fairlead(["token", "revoke", "ci"])).toMatchObject({ code: EXIT.error });
  });
});

describe("intents", () => {
  test("the seed's manifests are created, and unchanged the second time", async () => {
    const first = await fairlead(["apply", "-f", seed]);
    expect([first.code, first.out.split("\n").length]).toEqual([EXIT.ok, 10]);
    expect([first.err, first.out]).toEqual(["", expect.stringContaining("httproute/http-app-1 created")]);
    const wide = await fairlead(["get", "ingress/webpod-ingress", "-o", "wide"]);
    expect(wide.out).toMatch(
      /LABELS +ANNOTATIONS +ID\n.* ingress\.cilium\.io\/loadbalancer-mode=dedicated +ing_[0-9a-z]{26}$/,
    );
    expect((await fairlead(["describe", "ingress/webpod-ingress"])).out).toContain(
      "annotations:\n  ingress.cilium.io/loadbalancer-mode: dedicated\n",
    );
    const second = await fairlead(["apply", "-f", seed]);
    expect([second.code, new Set(second.out.split("\n").map((line) => line.split(" ")[1]))]).toEqual([
      EXIT.ok,
      new Set(["unchanged"]),
    ]);
  });

  test("diff, apply and diff again: 2, 0, 0; the change is shown field by field", async () => {
    expect((await fairlead(["apply", "-f", "-"], route("weights", 90))).out).toBe("httproute/weights created");
    const changed = await fairlead(["diff", "-f", "-"], route("weights", 50));
    expect(changed.code).toBe(EXIT.changes);
    expect(changed.out).toBe(
      "httproute/weights: update\n  in edge-1: update\n    ~ spec.rules[0].backendRefs[0].weight: 90 → 50",
    );
    expect(await fairlead(["apply", "-f", "-", "--dry-run"], route("weights", 50))).toMatchObject({
      out: "httproute/weights configured (dry run)",
    });
    expect(await fairlead(["apply", "-f", "-"], route("weights", 50))).toMatchObject({
      code: EXIT.ok,
      out: "httproute/weights configured",
    });
    expect(await fairlead(["diff", "-f", "-"], route("weights", 50))).toEqual({ code: EXIT.ok, out: "", err: "" });
  });

  test("get and describe show it, in every format", async () => {
    const table = await fairlead(["get", "hr/weights"]);
    expect(table.out.split("\n")[0]?.split(/ +/)).toEqual([
      "NAMESPACE",
      "NAME",
      "PARENTS",
      "HOSTS",
      "PLACEMENT",
      "REVISION",
      "AGE",
    ]);
    expect(table.out.split("\n")[1]).toMatch(/^default +weights +my-gateway +\* +<all> +1\.\d+ +\d+s$/);
    const one = JSON.parse((await fairlead(["get", "hr", "weights", "-o", "json"])).out);
    expect(one).toMatchObject({ name: "weights", spec: { rules: [{ backendRefs: [{ weight: 50 }] }] } });
    expect((await fairlead(["get", "gateways", "-o", "yaml"])).out).toContain("gatewayClassName: cilium");
    expect((await fairlead(["describe", "hr/weights"])).out).toMatch(/kind: HTTPRoute[\s\S]*STAGE +DONE[\s\S]*edge-1/);
    const revisions = await fairlead(["get", "revisions", "--intent", one.id]);
    expect(
      revisions.out
        .split("\n")
        .slice(1)
        .map((line) => line.split(/ +/)[2]),
    ).toEqual(["update", "create"]);
  });

  test("a gRPC route is applied, listed, described and deleted like any other", async () => {
    const yaml = `apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: { name: greeter }
spec:
  parentRefs: [{ name: my-gateway }]
  hostnames: [grpc.example.com]
  rules:
  - matches: [{ method: { service: helloworld.Greeter, method: SayHello } }]
    backendRefs: [{ name: greeter, port: 50051 }]
`;
    expect(await fairlead(["apply", "-f", "-"], yaml)).toMatchObject({
      code: EXIT.ok,
      out: "grpcroute/greeter created",
    });
    const changed = await fairlead(["diff", "-f", "-"], yaml.replace("SayHello", "SayBye"));
    expect([changed.code, changed.out]).toEqual([
      EXIT.changes,
      "grpcroute/greeter: update\n  in edge-1: update\n    ~ spec.rules[0].matches[0].method.method: SayHello → SayBye",
    ]);
    const table = await fairlead(["get", "grpcroutes"]);
    expect(table.out.split("\n")[1]).toMatch(/^default +greeter +my-gateway +grpc\.example\.com +<all> +1\.\d+ +\d+s$/);
    expect((await fairlead(["describe", "gr/greeter"])).out).toMatch(/kind: GRPCRoute\nid: grt_[\s\S]*edge-1/);
    expect((await fairlead(["wait", "gr/greeter", "--timeout", "0s"])).code).toBe(EXIT.timeout);
    const bad = await fairlead(["apply", "-f", "-"], yaml.replace("SayHello", "Say.Hello"));
    expect([bad.code, bad.err]).toEqual([
      EXIT.error,
      expect.stringContaining("must be a gRPC method, such as SayHello"),
    ]);
    expect(await fairlead(["delete", "-f", "-"], yaml)).toMatchObject({ out: "grpcroute/greeter deleted" });
  });

  test("what the server refuses is refused before anything is written, with file and line", async () => {
    await fairlead(["project", "create", "narrow", "--grant", "env=prod@shop"]);
    const set = `${route("granted", 1, ", namespace: shop")}---\n${route("elsewhere", 1)}`;
    const { code, out, err } = await fairlead(["apply", "-f", "-", "--project", "narrow"], set);
    expect([code, out]).toEqual([EXIT.error, ""]);
    expect(err).toMatch(/^error: standard input:9: httproute\/elsewhere: /);
    expect((await fairlead(["get", "hr", "--project", "narrow", "-o", "json"])).out).toBe('{\n  "items": []\n}');
  });

  test("another project cannot take the same object", async () => {
    await fairlead(["project", "create", "rival", "--grant", "@*"]);
    const { code, err } = await fairlead(["apply", "-f", "-", "--project", "rival"], route("weights", 1));
    expect([code, err]).toEqual([EXIT.error, expect.stringMatching(/^error: standard input:1: httproute\/weights: /)]);
  });

  test("wait runs out of time with 3 and names the connector that never came", async () => {
    const { code, err } = await fairlead(["wait", "httproute/weights", "--timeout", "500ms"]);
    expect(code).toBe(EXIT.timeout);
    expect(err.split("\n").slice(-2)).toEqual([
      expect.stringMatching(/^error: httproute\/weights is not proxied everywhere after 0\.5 s: 1 unknown/),
      "  cluster edge-1: connector unknown",
    ]);
    expect((await fairlead(["wait", "--all", "--timeout", "0s", "--cluster", "edge-1"])).code).toBe(EXIT.timeout);
    expect((await fairlead(["convergence"])).out).toMatch(/^everything up to revision 1\.\d+: unknown/);
  });

  test("delete looks everything up first; a name that is absent deletes nothing", async () => {
    const both = await fairlead(["delete", "httproute", "weights", "wieghts"]);
    expect(both).toMatchObject({ code: EXIT.error, err: "error: There is no httproute/wieghts; nothing was deleted." });
    expect(await fairlead(["delete", "hr/weights", "--dry-run"])).toMatchObject({
      code: EXIT.ok,
      out: "httproute/weights deleted (dry run)",
    });
    expect(await fairlead(["delete", "-f", "-"], route("weights", 1))).toMatchObject({
      code: EXIT.ok,
      out: "httproute/weights deleted",
    });
    expect((await fairlead(["get", "hr/weights"])).code).toBe(EXIT.error);
    expect((await fairlead(["delete", "hr/weights", "--ignore-not-found"])).code).toBe(EXIT.ok);
  });
});

describe("plans", () => {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-plan-"));
  const file = join(directory, "plan.json");
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const made = (...names: string[]) => names.map((name) => route(name, 1)).join("---\n");

  test("plan shows and keeps, apply --plan carries out, and nothing is left to plan", async () => {
    const planned = await fairlead(["plan", "-f", "-", "--out", file], made("kept-1", "kept-2"));
    expect(planned.code).toBe(EXIT.changes);
    expect(planned.out).toContain("httproute/kept-1");
    expect((await fairlead(["get", "httproute", "kept-1"])).code).toBe(EXIT.error);
    const applied = await fairlead(["apply", "--plan", file]);
    expect([applied.code, applied.out]).toEqual([EXIT.ok, "httproute/kept-1 created\nhttproute/kept-2 created"]);
    const again = await fairlead(["plan", "-f", "-", "-o", "json"], made("kept-1"));
    expect([again.code, JSON.parse(again.out).summary.intents]).toEqual([EXIT.ok, 0]);
  });

  test("a plan whose base has moved is refused with what moved, and changes nothing", async () => {
    await fairlead(["plan", "delete", "httproute/kept-1", "httproute/kept-2", "--out", file]);
    await fairlead(["apply", "-f", "-"], route("kept-2", 2));
    const refused = await fairlead(["apply", "--plan", file]);
    expect(refused.code).toBe(EXIT.error);
    expect(refused.err).toContain("HTTPRoute default/kept-2: update at ");
    expect((await fairlead(["get", "httproute", "kept-1"])).code).toBe(EXIT.ok);
    await fairlead(["plan", "--delete", "-f", "-", "--out", file], made("kept-1", "kept-2"));
    expect((await fairlead(["apply", "--plan", file])).out).toBe("httproute/kept-1 deleted\nhttproute/kept-2 deleted");
  });

  test("a plan of somebody else, or one that was edited, is not sent at all", async () => {
    await fairlead(["plan", "-f", "-", "--out", file], made("edited"));
    const kept = readFileSync(file, "utf8");
    writeFileSync(file, kept.replace("edited", "forged"));
    expect((await fairlead(["apply", "--plan", file])).err).toContain("was changed since it was written; plan again");
    writeFileSync(file, "{}");
    expect((await fairlead(["apply", "--plan", file])).err).toContain("is not a plan that `fairlead plan --out` wrote");
    writeFileSync(file, kept);
    const elsewhere = env.FAIRLEAD_API_URL?.replace("127.0.0.1", "localhost") ?? "";
    const foreign = await fairlead(["apply", "--plan", file], "", { FAIRLEAD_API_URL: elsewhere });
    expect(foreign.err).toContain(`this is ${elsewhere}, organization org_`);
  });
});

test("route match --cluster asks the API about what the cluster has, and exits by what becomes of the request", async () => {
  await fairlead(["cluster", "join", "matched", "--labels", "ring=match"]);
  const gateway = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: matched }
spec:
  gatewayClassName: fairlead
  listeners: [{ name: http, port: 80, protocol: HTTP }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: matched }
spec:
  parentRefs: [{ name: matched }]
  hostnames: [matched.test]
  rules: [{ backendRefs: [{ name: web, port: 80 }] }]
`;
  expect((await fairlead(["apply", "-f", "-"], gateway)).code).toBe(EXIT.ok);
  const ask = (host: string) =>
    fairlead(["route", "match", "--cluster", "matched", "--gateway", "default/matched", "--host", host, "-o", "json"]);
  const found = await eventually(async () => {
    const answer = await ask("matched.test");
    expect(answer.code).toBe(EXIT.ok);
    return JSON.parse(answer.out);
  });
  expect(found).toMatchObject({
    route: { object: "gateway.networking.k8s.io/HTTPRoute/default/matched" },
    outcome: { type: "forward", backends: [{ backend: "default/web:80" }] },
  });
  expect((await ask("nobody.test")).code).toBe(EXIT.notRouted);
});

test("where a cluster runs Cilium, wait and apply --wait end at applied and say so, and convergence shows it", async () => {
  await fairlead(["cluster", "join", "with-cilium", "--labels", "ring=cilium"]);
  const { id } = JSON.parse((await fairlead(["get", "clusters", "with-cilium", "-o", "json"])).out);
  if (!isId("clu", id)) throw new TypeError(id);
  // As its hub would write it: a connector that has applied all there may ever be.
  const found = await connection.system.findCluster(id);
  if (found === undefined) throw new Error("the cluster is there");
  const all = { epoch: 1, n: 1_000_000 };
  await connection.withTenant(found.organization, async (tx) => {
    const { fence } = await acquireLease(tx, { cluster: id, holder: "hub", ttlMs: 600_000 });
    await recordProgress(tx, { cluster: id, fence, sent: all, applied: all, connectorVersion: "1", dataPlane: cilium });
  });
  const args = ["-f", "-", "--placement", "ring=cilium", "--timeout", "20s"];
  const applied = await fairlead(["apply", ...args, "--wait"], route("seen-by-cilium", 1));
  expect([applied.code, applied.err]).toEqual([EXIT.ok, expect.stringContaining("applied everywhere (revision")]);
  const only = "1 converged; waited for applied only in with-cilium, where proxied cannot be observed";
  expect(applied.err).toContain(only);
  const waited = await fairlead(["wait", "httproute/seen-by-cilium", "--timeout", "20s"]);
  expect([waited.code, waited.err]).toEqual([EXIT.ok, expect.stringContaining(only)]);
  const shown = await fairlead(["convergence", "httproute/seen-by-cilium"]);
  expect(shown.out).toContain(only);
  expect(shown.out).toMatch(/^with-cilium +connected +sent +applied +- +unobservable/m);
  const stage = await fairlead(["wait", "httproute/seen-by-cilium", "--stage", "applied", "--timeout", "20s"]);
  expect(stage.err).toMatch(/applied everywhere \(revision \S+ 1 converged\)$/);
  expect((await fairlead(["get", "clusters", "with-cilium"])).out).toMatch(
    /with-cilium +connected .* cilium +ring=cilium/,
  );
});
