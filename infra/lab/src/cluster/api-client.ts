import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { join } from "node:path";
import type { ClusterPlan } from "../plan/cluster-plan.ts";
import { pkiFolder } from "./certificates.ts";

/** The few calls that bringing a cluster up takes, as its administrator. */
export class ApiClient implements Disposable {
  readonly #server: string;
  readonly #agent: Agent;

  constructor(cluster: ClusterPlan) {
    const pem = (file: string) => readFileSync(join(pkiFolder(cluster), file));
    this.#server = cluster.server;
    this.#agent = new Agent({ keepAlive: true, ca: pem("ca.crt"), cert: pem("admin.crt"), key: pem("admin.key") });
  }

  /** The body of an answer. Throws the API server's words unless it is a success. */
  async get(path: string): Promise<string> {
    return this.#call("GET", path);
  }

  /** Server-side apply of an object at its path. */
  async apply(path: string, object: object): Promise<void> {
    const query = "?fieldManager=fairlead-lab&force=true";
    await this.#call("PATCH", `${path}${query}`, "application/apply-patch+yaml", JSON.stringify(object));
  }

  /** JSON merge patch of an object that is there. */
  async merge(path: string, change: object): Promise<void> {
    await this.#call("PATCH", path, "application/merge-patch+json", JSON.stringify(change));
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #call(method: string, path: string, type?: string, body?: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const headers = type === undefined ? {} : { "content-type": type };
      const call = request(
        `${this.#server}${path}`,
        { method, headers, agent: this.#agent, timeout: 5000 },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on("data", (part: Buffer) => parts.push(part));
          answer.on("error", reject);
          answer.on("end", () => {
            const text = Buffer.concat(parts).toString();
            const status = answer.statusCode ?? 0;
            if (status >= 200 && status < 300) resolve(text);
            else reject(new Error(`${method} ${path}: ${status} ${text.slice(0, 500)}`));
          });
        },
      );
      call.on("timeout", () => call.destroy(new Error(`${method} ${path}: no answer within 5 s`)));
      call.on("error", reject);
      call.end(body);
    });
  }
}

/** The API path of an object that the lab's manifests use. */
export function objectPath(object: object): string {
  const { apiVersion, kind, metadata }: ObjectHead = JSON.parse(JSON.stringify(object));
  const base = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const where = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  return `${base}${where}/${kind.toLowerCase()}s/${metadata.name}`;
}

interface ObjectHead {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}
