import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MeshError } from "@fairlead/core";
import { rawPublicKey } from "@fairlead/tunnel";
import { z } from "zod";

const schema = z.object({ instance: z.string().min(1), clusterId: z.string().min(1).optional() });

/**
 * Who this connector is: a key pair that never leaves its state folder, the id of that folder, and the cluster id the
 * cloud gave it. Every file is written beside its place and moved there, so a crash leaves the old or the new one.
 */
export class Identity {
  readonly instance: string;
  readonly privateKey: KeyObject;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly #path: string;
  #clusterId: string | undefined;

  private constructor(path: string, key: KeyObject, stored: z.output<typeof schema>) {
    this.#path = path;
    this.privateKey = key;
    this.publicKey = rawPublicKey(key);
    this.instance = stored.instance;
    this.#clusterId = stored.clusterId;
  }

  /** Reads the identity in a folder, or makes a new one there. Throws `cache_corrupt` when a file is damaged. */
  static open(directory: string): Identity {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const keyPath = join(directory, "key.pem");
    const path = join(directory, "identity.json");
    if (!existsSync(keyPath)) {
      const { privateKey } = generateKeyPairSync("ed25519");
      writeWhole(keyPath, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
    }
    if (!existsSync(path)) writeWhole(path, JSON.stringify({ instance: randomUUID() }));
    const key = reading(keyPath, () => createPrivateKey(readFileSync(keyPath)));
    const stored = reading(path, () => schema.parse(JSON.parse(readFileSync(path, "utf8"))));
    return new Identity(path, key, stored);
  }

  /** Undefined until enrolled. */
  get clusterId(): string | undefined {
    return this.#clusterId;
  }

  /** Keeps the id; it is on disk when this returns. */
  saveClusterId(clusterId: string): void {
    writeWhole(this.#path, JSON.stringify({ instance: this.instance, clusterId }));
    this.#clusterId = clusterId;
  }
}

function writeWhole(path: string, text: string): void {
  const temporary = `${path}.new`;
  writeFileSync(temporary, text, { mode: 0o600, flush: true });
  renameSync(temporary, path);
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const text = `${path} is damaged. Restore it, or move the state folder away and enrol again with a new join token.`;
    throw new MeshError("cache_corrupt", { public: text, cause });
  }
}
