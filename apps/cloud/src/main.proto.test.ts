import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { runtimeUrl } from "@fairlead/database";
import {
  eventually,
  freePort,
  type Program,
  startProgram,
  type TempDir,
  type TestDatabase,
  tempDir,
  testDatabase,
} from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { joinCluster } from "./testing/join-cluster.ts";
import { TestApi } from "./testing/test-api.ts";

const main = join(import.meta.dirname, "main.ts");
const route = (name: string) => ({ name, spec: { rules: [{ backendRefs: [{ name: "web", port: 80 }] }] } });
const keyOf = (name: string) => `gateway.networking.k8s.io/HTTPRoute/default/${name}`;

let server: TestDatabase;
let dir: TempDir;
let env: Record<string, string>;

beforeAll(async () => {
  server = await testDatabase();
  dir = await tempDir("cloud");
  env = {
    PATH: process.env.PATH ?? "",
    DATABASE_OWNER_URL: server.ownerUrl,
    DATABASE_URL: runtimeUrl(server.ownerUrl, { name: "fairlead_runtime", password: "secret" }),
  };
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  await dir?.[Symbol.asyncDispose]();
});

function start(args: readonly string[], more: Record<string, string> = {}): Program {
  return startProgram({ command: process.execPath, args: [main, ...args], env: { ...env, ...more } });
}

async function run(...args: string[]) {
  const program = start(args);
  const end = await program.ended;
  const answer = program.lines.findLast((line) => /^\{"(applied|organization)"/.test(line));
  return { end, text: program.lines.join("\n"), answer: answer === undefined ? undefined : JSON.parse(answer) };
}

async function serve(port: number): Promise<Program> {
  const more = { FAIRLEAD_PORT: String(port), FAIRLEAD_ADMIN_PORT: "0" };
  const program = start([], more);
  await eventually(() => expect(program.lines.join("\n")).toContain("cloud is up"), { timeoutMs: 20_000 });
  return program;
}

describe("the commands", () => {
  test("migrate brings the schema and the runtime's login, and does nothing the second time", async () => {
    const first = await run("migrate");
    expect(first.end).toBe("exit code 0");
    expect(first.answer.applied.length).toBeGreaterThan(5);
    expect((await run("migrate")).answer).toEqual({ applied: [] });
  });

  test("bootstrap with a token file makes one organization however often it runs; the secret stays in the file", async () => {
    const file = join(dir.path, "token");
    const first = await run("bootstrap", "--organization", "local", "--token-file", file);
    expect(first.answer).toMatchObject({ created: true, tokenFile: file });
    const token = readFileSync(file, "utf8").trim();
    expect(first.text).not.toContain(token);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = await run("bootstrap", "--organization", "local", "--token-file", file);
    expect(again.answer).toEqual({ ...first.answer, created: false });
  });

  test("bootstrap without a file prints the token once", async () => {
    const made = await run("bootstrap", "--organization", "other");
    expect(made.answer.token).toMatch(/^fl_tok_/);
  });

  test.each([
    [["--role", "api,cook"], '--role: "cook" is not a role; known are api, tunnel, worker.'],
    [["dance"], "these arguments make no command"],
    [["--colour"], "Unknown option '--colour'"],
  ])("%j ends with a sentence and exit code 1", async (args, text) => {
    const { end, text: output } = await run(...args);
    expect(end).toBe("exit code 1");
    expect(output).toContain(text);
  });

  test("a login that could pass row-level security is refused", async () => {
    const program = start([], { DATABASE_URL: server.ownerUrl });
    expect(await program.ended).toBe("exit code 1");
    expect(program.lines.join("\n")).toContain("could pass row-level security");
  });
});

describe("the process", () => {
  // Guarantee: 201 means it will be served, whatever happens to the process that said so.
  test("kill -9 right after an acknowledged write loses nothing; the connector comes back by itself", async () => {
    const port = await freePort();
    const first = await serve(port);
    const api = new TestApi(`http://127.0.0.1:${port}`, readFileSync(join(dir.path, "token"), "utf8").trim());
    const { body: projects } = await api.get("/v1/projects");
    const routes = `/v1/projects/${projects.items[0].id}/http-routes`;
    const { connector } = await joinCluster(api, { name: "one" });

    const answers = await Promise.all(["a", "b", "c"].map((name) => api.post(routes, route(name))));
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 201]);
    await first.kill();

    const second = await serve(port);
    connector.connect();
    await eventually(() => {
      for (const name of ["a", "b", "c"]) expect(connector.object(keyOf(name))).toBeDefined();
    });
    const path = `${routes}/${answers[2]?.body.id}/convergence?waitMs=5000`;
    expect((await api.get(path)).body.state).toBe("converged");

    // A long poll is under way: it is cut, and the process still ends in time and with 0.
    const polling = api.get("/v1/convergence?waitMs=30000&revision=1.1").catch(() => undefined);
    await second.stop();
    await polling;
    expect(await second.ended).toBe("exit code 0");
    expect(connector.ended).toMatchObject({ code: "unavailable", reason: "this hub is going down" });
    await connector[Symbol.asyncDispose]();
  });

  test("metrics and health are on the admin port alone", async () => {
    const [port, adminPort] = [await freePort(), await freePort()];
    const program = start([], { FAIRLEAD_PORT: String(port), FAIRLEAD_ADMIN_PORT: String(adminPort) });
    const admin = `http://127.0.0.1:${adminPort}`;
    await eventually(async () => expect((await fetch(`${admin}/readyz`)).status).toBe(200), { timeoutMs: 20_000 });
    const metrics = await (await fetch(`${admin}/metrics`)).text();
    expect(metrics).toContain("fairlead_hub_connections 0");
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(404);
    await program.stop();
  });
});
