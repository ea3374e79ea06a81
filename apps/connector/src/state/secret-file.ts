import { createHash } from "node:crypto";
import { MeshError } from "@fairlead/core";
import { type KubernetesClient, resources } from "@fairlead/kubernetes";
import type { Secret } from "@fairlead/kubernetes-types";
import { type Perseverance, untilAnswered } from "./until-answered.ts";

/** What is in a Secret, by key. */
export type SecretContent = Readonly<Record<string, Uint8Array>>;

/** The requests that state is made of. */
export type SecretClient = Pick<KubernetesClient, "get" | "create" | "update">;

export interface SecretFileOptions extends Perseverance {
  readonly client: SecretClient;
  readonly namespace: string;
}

const LABELS = { "app.kubernetes.io/name": "fairlead-connector", "app.kubernetes.io/part-of": "fairlead" };
/** Answers that say that the Secret is not what it was when last seen. */
const CHANGED: ReadonlySet<string> = new Set(["revision_mismatch", "already_exists", "not_found"]);

/** One Secret, only ever written over what was last seen of it, so that of two writers one finds out. */
export class SecretFile {
  readonly name: string;
  readonly #options: SecretFileOptions;
  /** What was last seen: its resourceVersion and digest, both undefined when it was not there. */
  #seen: { readonly version: string | undefined; readonly digest: string | undefined } | undefined;

  constructor(name: string, options: SecretFileOptions) {
    this.name = name;
    this.#options = options;
  }

  /** Whether it was ever looked at or written. */
  get isKnown(): boolean {
    return this.#seen !== undefined;
  }

  /** The resourceVersion last seen. */
  get version(): string | undefined {
    return this.#seen?.version;
  }

  /** Its content; undefined when it is not there. */
  async read(): Promise<SecretContent | undefined> {
    const { client, namespace } = this.#options;
    try {
      const reference = { namespace, name: this.name };
      return this.#see(
        await untilAnswered(this.#options, (signal) => client.get(resources.secrets, reference, { signal })),
      );
    } catch (error) {
      if (MeshError.from(error).code !== "not_found") throw error;
      this.#seen = { version: undefined, digest: undefined };
      return undefined;
    }
  }

  /**
   * Replaces its content, or makes it when it was not there. Throws `revision_mismatch` when its content is not what
   * was last seen: somebody else writes it too.
   */
  async write(content: SecretContent): Promise<void> {
    for (;;) {
      try {
        this.#see(await untilAnswered(this.#options, (signal) => this.#send(content, signal)));
        return;
      } catch (error) {
        if (!CHANGED.has(MeshError.from(error).code)) throw error;
      }
      const before = this.#seen?.digest;
      await this.read();
      // Our own write, whose answer never came.
      if (this.#seen?.digest === digestOf(content)) return;
      if (this.#seen?.digest !== before) {
        const text = `The Secret ${this.#options.namespace}/${this.name} was changed by another process. Only one connector may keep its state there.`;
        throw new MeshError("revision_mismatch", { public: text });
      }
      // Only something about it changed, such as a label.
    }
  }

  #send(content: SecretContent, signal: AbortSignal): Promise<Secret> {
    const { client, namespace } = this.#options;
    const version = this.#seen?.version;
    const metadata = { namespace, name: this.name, labels: LABELS };
    const data = Object.fromEntries(
      Object.entries(content).map(([key, bytes]) => [key, Buffer.from(bytes).toString("base64")]),
    );
    const secret: Secret = { apiVersion: "v1", kind: "Secret", metadata, data };
    if (version === undefined) return client.create(resources.secrets, secret, { signal });
    const current = { ...secret, metadata: { ...metadata, resourceVersion: version } };
    return client.update(resources.secrets, current, { signal });
  }

  #see({ metadata, data = {} }: Secret): SecretContent {
    const content = Object.fromEntries(
      Object.entries(data).map(([key, text]) => [key, Buffer.from(text, "base64")] as const),
    );
    this.#seen = { version: metadata.resourceVersion, digest: digestOf(content) };
    return content;
  }
}

function digestOf(content: SecretContent): string {
  const hash = createHash("sha256");
  for (const [key, bytes] of Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${key}:${bytes.length}:`).update(bytes);
  }
  return hash.digest("base64");
}
