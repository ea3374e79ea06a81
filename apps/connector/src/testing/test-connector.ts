import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { silentLog } from "@fairlead/core";
import { type Connection, fromKubeconfig, KubernetesClient } from "@fairlead/kubernetes";
import { eventually, freePort, startKubeApiserver, startProgram, tempDir } from "@fairlead/testkit";
import { Connector, type ConnectorOptions, readSettings } from "../index.ts";
import { Replica, type ReplicaOptions } from "../replica/replica.ts";

const OBJECT_SERVER = join(import.meta.dirname, "../../../standalone/src/object-server/main.ts");
export const AGENT_TOKEN = "agent-token";

/** An API server as a process, and a client of it. */
export class TestApiServer implements AsyncDisposable {
  /** Path of a kubeconfig file. */
  readonly kubeconfig: string;
  readonly connection: Connection;
  readonly client: KubernetesClient;
  readonly #server: AsyncDisposable;

  private constructor(kubeconfig: string, server: AsyncDisposable) {
    const connection = fromKubeconfig(kubeconfig);
    this.kubeconfig = kubeconfig;
    this.connection = connection;
    this.client = new KubernetesClient({ connection });
    this.#server = server;
  }

  /** kube-apiserver; see `kubeApiserverMissing`. */
  static async startReal(): Promise<TestApiServer> {
    const server = await startKubeApiserver();
    return new TestApiServer(server.kubeconfig, server);
  }

  /** The object server of standalone mode. */
  static async start(): Promise<TestApiServer> {
    const directory = await tempDir("objects");
    const tokens = join(directory.path, "tokens.json");
    const users = [
      { token: "admin", username: "system:admin" },
      { token: AGENT_TOKEN, username: "system:serviceaccount:fairlead:agent" },
      { token: "other", username: "system:serviceaccount:default:other" },
      { token: "elsewhere", username: "system:serviceaccount:fairlead:agent", audiences: ["elsewhere"] },
    ];
    writeFileSync(tokens, JSON.stringify(users));
    const port = await freePort();
    const program = startProgram({
      command: process.execPath,
      args: [OBJECT_SERVER],
      env: {
        FAIRLEAD_OBJECT_SERVER_PORT: `${port}`,
        FAIRLEAD_OBJECT_SERVER_DATA_DIR: directory.path,
        FAIRLEAD_OBJECT_SERVER_TOKENS_FILE: tokens,
      },
    });
    const kubeconfig = join(directory.path, "kubeconfig");
    const server = `http://127.0.0.1:${port}`;
    writeFileSync(kubeconfig, JSON.stringify(config(server)));
    const stopped = async () => {
      await program.stop();
      await directory[Symbol.asyncDispose]();
    };
    const started = new TestApiServer(kubeconfig, { [Symbol.asyncDispose]: stopped });
    await eventually(() => started.client.raw("/version"));
    return started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    await this.#server[Symbol.asyncDispose]();
  }
}

const ANYWHERE = {
  FAIRLEAD_JOIN_TOKEN: "jt_good",
  FAIRLEAD_NODE_REPORT_LISTEN: "127.0.0.1:0",
  FAIRLEAD_ADMIN_PORT: "0",
};

/** A connector in this process, configured as its environment would. */
export function startConnector(
  server: TestApiServer,
  env: Readonly<Record<string, string>>,
  options: Pick<ConnectorOptions, "clock"> = {},
): Promise<Connector> {
  const settings = readSettings({ ...ANYWHERE, ...env });
  return Connector.start({ settings, log: silentLog, onHopeless: () => {}, connection: server.connection, ...options });
}

/** One of several connectors with their state in a namespace of the cluster. */
export function startReplica(
  server: TestApiServer,
  env: Readonly<Record<string, string>>,
  change: Partial<ReplicaOptions> = {},
): Promise<Replica> {
  const settings = readSettings({ ...ANYWHERE, FAIRLEAD_STATE: "cluster", FAIRLEAD_POD_IP: "127.0.0.1", ...env });
  const { connection } = server;
  return Replica.start({ settings, log: silentLog, onHopeless: () => {}, onLost: () => {}, connection, ...change });
}

/** The text of a file in a folder. */
export function fileText(directory: string, name: string): string {
  return readFileSync(join(directory, name), "utf8");
}

function config(server: string): object {
  const name = "test";
  return {
    apiVersion: "v1",
    kind: "Config",
    "current-context": name,
    clusters: [{ name, cluster: { server } }],
    users: [{ name, user: { token: "admin" } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  };
}
