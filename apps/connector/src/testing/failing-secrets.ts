import type { KubernetesClient } from "@fairlead/kubernetes";
import type { SecretClient } from "../state/secret-file.ts";

/** What happens to a request: nothing is sent any more, its answer never comes, it waits, or its answer is lost once. */
export type Fate = "killed before" | "killed after" | "answer lost" | Promise<void>;

/** A client of a real API server whose n-th request (from 1) meets a fate. After a kill nothing ever answers. */
export class FailingSecrets implements SecretClient {
  readonly #client: KubernetesClient;
  readonly #at: number;
  readonly #fate: Fate | undefined;
  readonly #killed = Promise.withResolvers<void>();
  #dead = false;
  /** Every request fails, as while the API server is away. */
  isAway = false;
  /** Requests so far, as verbs with names. */
  readonly requests: string[] = [];

  constructor(client: KubernetesClient, at = 0, fate?: Fate) {
    this.#client = client;
    this.#at = at;
    this.#fate = fate;
  }

  /** Resolves when the process would be dead. */
  get killed(): Promise<void> {
    return this.#killed.promise;
  }

  get: SecretClient["get"] = (resource, object, options) =>
    this.#meet(`get ${object.name}`, () => this.#client.get(resource, object, options));

  create: SecretClient["create"] = (resource, object, options) =>
    this.#meet(`create ${object.metadata.name}`, () => this.#client.create(resource, object, options));

  update: SecretClient["update"] = (resource, object, options) =>
    this.#meet(`update ${object.metadata.name}`, () => this.#client.update(resource, object, options));

  async #meet<T>(name: string, send: () => Promise<T>): Promise<T> {
    if (this.#dead) return never();
    const isIt = this.requests.push(name) === this.#at;
    const fate = isIt ? this.#fate : undefined;
    if (this.isAway) throw new Error("connect ECONNREFUSED");
    if (fate === "killed before") return this.#die();
    if (fate instanceof Promise) await fate;
    const answer = await send();
    if (fate === "killed after") return this.#die();
    if (fate === "answer lost") throw new Error("the connection was cut");
    return answer;
  }

  #die(): Promise<never> {
    this.#dead = true;
    this.#killed.resolve();
    return never();
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}
