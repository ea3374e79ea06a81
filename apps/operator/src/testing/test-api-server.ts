import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { silentLog } from "@fairlead/core";
import {
  type Connection,
  fromKubeconfig,
  KubernetesClient,
  parseKubeconfig,
  type ResourceType,
} from "@fairlead/kubernetes";
import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { eventually, freePort, startKubeApiserver, startProgram, tempDir } from "@fairlead/testkit";
import { Operator } from "../operator.ts";
import { readSettings } from "../settings.ts";

const OBJECT_SERVER = join(import.meta.dirname, "../../../standalone/src/object-server/main.ts");

/** An API server as a process, a client that stands in for its users, and operators on it. */
export class TestApiServer implements AsyncDisposable {
  readonly connection: Connection;
  readonly client: KubernetesClient;
  readonly #stack: AsyncDisposableStack;

  private constructor(connection: Connection, stack: AsyncDisposableStack) {
    this.connection = connection;
    this.client = stack.use(new KubernetesClient({ connection }));
    this.#stack = stack;
  }

  /** kube-apiserver; see `kubeApiserverMissing`. */
  static async startReal(): Promise<TestApiServer> {
    await using stack = new AsyncDisposableStack();
    const { kubeconfig } = stack.use(await startKubeApiserver());
    return new TestApiServer(fromKubeconfig(kubeconfig), stack.move());
  }

  /** The object server of standalone mode. */
  static async start(): Promise<TestApiServer> {
    await using stack = new AsyncDisposableStack();
    const directory = stack.use(await tempDir("operator"));
    const tokens = join(directory.path, "tokens.json");
    writeFileSync(tokens, JSON.stringify([{ token: "admin", username: "system:admin" }]));
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
    stack.defer(() => program.stop());
    const connection = parseKubeconfig(kubeconfig(`http://127.0.0.1:${port}`));
    const server = new TestApiServer(connection, stack.move());
    await eventually(() => server.client.raw("/version"));
    return server;
  }

  /** Applies an object as a user would, and gives what the server made of it. */
  put<T extends KubernetesObject>(resource: ResourceType<T>, object: NoInfer<T>): Promise<T> {
    return this.client.apply(resource, object, { fieldManager: "user", force: true });
  }

  /** An operator in this process, configured as its environment would. */
  operator(env: Readonly<Record<string, string>> = {}): Promise<Operator> {
    const settings = readSettings({
      FAIRLEAD_ADDRESS_POOL: "127.77.0.0/24",
      FAIRLEAD_LEADER_ELECTION: "false",
      FAIRLEAD_ADMIN_PORT: "0",
      ...env,
    });
    return Operator.start({ settings, log: silentLog, connection: this.connection });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack[Symbol.asyncDispose]();
  }
}

function kubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    clusters: [{ name: "test", cluster: { server } }],
    users: [{ name: "test", user: { token: "admin" } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
  });
}
