import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findResource, KubernetesClient, parseKubeconfig, type ResourceType } from "@fairlead/kubernetes";
import { apiGroup, type KubernetesObject, type ObjectKey, parseObjectKey } from "@fairlead/kubernetes-types";
import { eventually, freePort, type Program, startProgram } from "@fairlead/testkit";

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));
const TOKEN = "agent-test-token";

/** The object server of standalone mode as a process, and a client of it. */
export class TestCluster implements AsyncDisposable {
  readonly kubeconfig: string;
  readonly client: KubernetesClient;
  readonly #directory: string;
  readonly #port: number;
  #program: Program | undefined;

  private constructor(directory: string, port: number, kubeconfig: string, text: string) {
    this.#directory = directory;
    this.#port = port;
    this.kubeconfig = kubeconfig;
    this.client = new KubernetesClient({ connection: parseKubeconfig(text) });
  }

  static async start(directory: string): Promise<TestCluster> {
    const port = await freePort();
    const text = JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "test",
      contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
      clusters: [{ name: "test", cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: "test", user: { token: TOKEN } }],
    });
    const kubeconfig = join(directory, "kubeconfig.yaml");
    await writeFile(kubeconfig, text);
    await writeFile(join(directory, "tokens.json"), JSON.stringify([{ token: TOKEN, username: "admin" }]));
    const cluster = new TestCluster(directory, port, kubeconfig, text);
    await cluster.up();
    return cluster;
  }

  /** Starts the server, with what it held before. */
  async up(): Promise<void> {
    this.#program = startProgram({
      command: process.execPath,
      args: [join(ROOT, "apps/standalone/src/object-server/main.ts")],
      env: {
        FAIRLEAD_OBJECT_SERVER_PORT: `${this.#port}`,
        FAIRLEAD_OBJECT_SERVER_DATA_DIR: join(this.#directory, "objects"),
        FAIRLEAD_OBJECT_SERVER_TOKENS_FILE: join(this.#directory, "tokens.json"),
      },
    });
    await eventually(async () => (await fetch(`http://127.0.0.1:${this.#port}/readyz`)).text());
  }

  /** Kills the server. */
  async down(): Promise<void> {
    await this.#program?.kill();
  }

  /** Creates or replaces objects, their status included. */
  async put(...objects: readonly KubernetesObject[]): Promise<void> {
    for (const object of objects) {
      const resource = resourceOf(object);
      const { generation: _, uid: __, creationTimestamp: ___, ...metadata } = object.metadata;
      const bare = { ...object, metadata };
      await this.client.apply(resource, bare, { fieldManager: "test", force: true });
      if ("status" in object) {
        const { apiVersion, kind } = object;
        const { name, namespace } = metadata;
        const meta = namespace === undefined ? { name } : { name, namespace };
        const status = { apiVersion, kind, metadata: meta, status: object.status };
        await this.client.applyStatus(resource, status, { fieldManager: "test-status", force: true });
      }
    }
  }

  async delete(key: ObjectKey): Promise<void> {
    const parts = parseObjectKey(key);
    const resource = parts && findResource(parts.group, parts.kind);
    if (parts && resource) await this.client.delete(resource, { name: parts.name, namespace: parts.namespace });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    await this.#program?.stop();
  }
}

function resourceOf(object: KubernetesObject): ResourceType {
  const resource = findResource(apiGroup(object.apiVersion), object.kind);
  if (resource === undefined) throw new Error(`unknown kind ${object.kind}`);
  return resource;
}
