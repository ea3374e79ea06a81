import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, createClient, Secret } from "@fairlead/client";
import {
  attempt,
  type CommandResult,
  eventually,
  freePort,
  type Program,
  startProgram,
  tempDir,
  testDatabase,
} from "@fairlead/testkit";
import { ROOT } from "./root.ts";
import { run } from "./run.ts";

const MAIN = join(ROOT, "apps/cloud/src/main.ts");
const RUNTIME = { name: "fairlead_e2e", password: "e2e" };

/** A Fairlead cloud on this machine, set up by the commands its operator would use. */
export interface Cloud extends AsyncDisposable {
  /** The API as this machine reaches it. */
  readonly apiUrl: string;
  readonly port: number;
  readonly token: string;
  readonly client: Client;
  /** `fairlead …` as its user. */
  fairlead(args: readonly string[], input?: string): Promise<CommandResult>;
  /** Ends the process; the database stays. */
  stop(): Promise<void>;
  /** Starts the process again; resolves when it is ready. */
  start(): Promise<void>;
}

/** Starts PostgreSQL and the cloud with all its roles, reachable from everywhere on this machine. */
export async function startCloud(): Promise<Cloud> {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await tempDir("e2e-cloud"));
  const database = resources.use(await testDatabase());
  const url = new URL(database.ownerUrl);
  url.username = RUNTIME.name;
  url.password = RUNTIME.password;
  const [port, adminPort] = [await freePort(), await freePort()];
  const env = {
    DATABASE_URL: url.href,
    DATABASE_OWNER_URL: database.ownerUrl,
    FAIRLEAD_HOST: "0.0.0.0",
    FAIRLEAD_PORT: `${port}`,
    FAIRLEAD_ADMIN_PORT: `${adminPort}`,
    FAIRLEAD_CONSOLE_DIR: join(ROOT, "apps/console/dist"),
  };
  const tokenFile = join(folder.path, "token");
  await run([process.execPath, MAIN, "migrate"], { env });
  await run([process.execPath, MAIN, "bootstrap", "--organization", "e2e", "--token-file", tokenFile], { env });
  const token = readFileSync(tokenFile, "utf8").trim();
  const apiUrl = `http://127.0.0.1:${port}`;
  let program: Program | undefined;
  const stop = async () => program?.stop();
  const start = async () => {
    program = startProgram({ command: process.execPath, args: [MAIN], env });
    const ready = async () => {
      if (!program?.isRunning()) throw new Error(`the cloud ended:\n${program?.lines.slice(-20).join("\n")}`);
      if (!(await fetch(`http://127.0.0.1:${adminPort}/readyz`)).ok) throw new Error("the cloud is not ready");
    };
    await eventually(ready, { timeoutMs: 60_000, intervalMs: 100 });
  };
  resources.defer(async () => {
    await stop();
  });
  await start();
  const held = resources.move();
  return {
    apiUrl,
    port,
    token,
    client: createClient({ baseUrl: apiUrl, token: new Secret(token) }),
    fairlead: (args, input) =>
      attempt([process.execPath, join(ROOT, "apps/cli/src/main.ts"), ...args], {
        env: { FAIRLEAD_API_URL: apiUrl, FAIRLEAD_TOKEN: token, FAIRLEAD_PROJECT: "default" },
        ...(input === undefined ? {} : { input }),
      }),
    stop: async () => {
      await stop();
    },
    start,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
