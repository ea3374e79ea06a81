import { createHash } from "node:crypto";

/** Some bytes and the name they have in an image. */
export interface Blob {
  readonly content: Uint8Array;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

/** Names bytes by their digest. */
export function blob(content: Uint8Array): Blob {
  return { content, digest: digestOf(content) };
}

/** A blob of canonical JSON: keys in the order given, no spaces. */
export function jsonBlob(value: unknown): Blob {
  return blob(Buffer.from(JSON.stringify(value)));
}

/** `sha256:` and the digest in hexadecimal. */
export function digestOf(content: Uint8Array): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
