import { MeshError, Secret } from "@fairlead/core";
import {
  type IdentityRecord,
  type IdentityStore,
  identityTexts,
  newIdentity,
  parseIdentity,
} from "./identity-store.ts";
import { type SecretContent, SecretFile, type SecretFileOptions } from "./secret-file.ts";

/** Name of the Secret. */
export const IDENTITY_SECRET = "fairlead-connector-identity";

/** An identity as a Secret. Of two processes that find none, the first makes it and the other takes that. */
export class SecretIdentity implements IdentityStore {
  readonly #file: SecretFile;

  constructor(options: SecretFileOptions) {
    this.#file = new SecretFile(IDENTITY_SECRET, options);
  }

  async readOrCreate(): Promise<IdentityRecord> {
    for (;;) {
      const content = await this.#file.read();
      if (content !== undefined) return parse(content);
      const fresh = newIdentity();
      try {
        await this.#file.write(format(fresh));
        return fresh;
      } catch (error) {
        if (MeshError.from(error).code !== "revision_mismatch") throw error;
      }
    }
  }

  async save(record: IdentityRecord): Promise<void> {
    await this.#file.write(format(record));
  }
}

function format(record: IdentityRecord): SecretContent {
  const { key, document } = identityTexts(record);
  return { "key.pem": Buffer.from(key.reveal()), "identity.json": Buffer.from(document) };
}

function parse(content: SecretContent): IdentityRecord {
  const text = (key: string) => Buffer.from(content[key] ?? "").toString();
  const where = (key: string) => `key ${key} of the Secret ${IDENTITY_SECRET}`;
  const key = new Secret(text("key.pem"));
  return parseIdentity(key, text("identity.json"), { key: where("key.pem"), document: where("identity.json") });
}
