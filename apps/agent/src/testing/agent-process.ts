import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Envoy, freePort, type Program, startEnvoy, startProgram } from "@fairlead/testkit";
import type { TestCluster } from "./test-cluster.ts";
import type { TestConnector } from "./test-connector.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

/** The agent as it is run, with the Envoy that belongs to it. */
export class AgentProcess implements AsyncDisposable {
  readonly #env: Readonly<Record<string, string>>;
  readonly #directory: string;
  readonly adminPort: number;
  #program: Program | undefined;
  #envoy: Envoy | undefined;

  private constructor(directory: string, adminPort: number, env: Readonly<Record<string, string>>) {
    this.#directory = directory;
    this.adminPort = adminPort;
    this.#env = env;
  }

  /** Prepares an agent of this cluster and connector; nothing runs yet. */
  static async create(
    directory: string,
    cluster: TestCluster,
    connector: TestConnector,
    env: Readonly<Record<string, string>> = {},
  ): Promise<AgentProcess> {
    const tokenFile = join(directory, "token");
    await writeFile(tokenFile, `${connector.token}\n`);
    const adminPort = await freePort();
    return new AgentProcess(directory, adminPort, {
      KUBECONFIG: cluster.kubeconfig,
      FAIRLEAD_NODE_NAME: "n1",
      FAIRLEAD_XDS_SOCKET: join(directory, "xds.sock"),
      FAIRLEAD_STATE_DIR: join(directory, "state"),
      FAIRLEAD_CONNECTOR_URL: `http://127.0.0.1:${connector.port}`,
      FAIRLEAD_TOKEN_FILE: tokenFile,
      FAIRLEAD_ADMIN_PORT: `${adminPort}`,
      ...env,
    });
  }

  get journal(): string {
    return join(this.#directory, "state", "last-good.journal");
  }

  /** What the agent has logged. */
  get log(): string {
    return (this.#program?.lines ?? []).join("\n");
  }

  start(): void {
    this.#program = startProgram({ command: process.execPath, args: [MAIN], env: this.#env });
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.#program?.kill();
  }

  /** Starts Envoy with the bootstrap the agent writes. */
  async startEnvoy(): Promise<Envoy> {
    const file = join(this.#directory, "bootstrap.json");
    const writer = startProgram({
      command: process.execPath,
      args: [MAIN, "bootstrap", "--out", file, "--admin", "127.0.0.1:0"],
      env: this.#env,
    });
    await writer.ended;
    const bootstrap: object = JSON.parse(await readFile(file, "utf8"));
    this.#envoy = await startEnvoy({ bootstrap, args: ["--concurrency", "1", "--use-dynamic-base-id"] });
    return this.#envoy;
  }

  /** Answer of a health endpoint; `no answer` when there is none. */
  async admin(path: string): Promise<string> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.adminPort}${path}`);
      return `${response.status} ${await response.text()}`.trim();
    } catch {
      return "no answer";
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#envoy?.stop();
    await this.#program?.stop();
  }
}
