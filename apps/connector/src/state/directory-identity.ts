import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "@fairlead/core";
import {
  type IdentityRecord,
  type IdentityStore,
  identityTexts,
  newIdentity,
  parseIdentity,
} from "./identity-store.ts";

/**
 * An identity as two files of a folder, `key.pem` and `identity.json`. Each is written beside its place and moved
 * there, so a crash leaves the old or the new one.
 */
export class DirectoryIdentity implements IdentityStore {
  readonly #directory: string;
  readonly #key: string;
  readonly #document: string;

  constructor(directory: string) {
    this.#directory = directory;
    this.#key = join(directory, "key.pem");
    this.#document = join(directory, "identity.json");
  }

  async readOrCreate(): Promise<IdentityRecord> {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const fresh = identityTexts(newIdentity());
    if (!existsSync(this.#key)) writeWhole(this.#key, fresh.key.reveal());
    if (!existsSync(this.#document)) writeWhole(this.#document, fresh.document);
    const key = new Secret(readFileSync(this.#key, "utf8"));
    return parseIdentity(key, readFileSync(this.#document, "utf8"), { key: this.#key, document: this.#document });
  }

  async save(record: IdentityRecord): Promise<void> {
    writeWhole(this.#document, identityTexts(record).document);
  }
}

function writeWhole(path: string, text: string): void {
  const temporary = `${path}.new`;
  writeFileSync(temporary, text, { mode: 0o600, flush: true });
  renameSync(temporary, path);
}
