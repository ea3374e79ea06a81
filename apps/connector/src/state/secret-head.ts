import { createHash } from "node:crypto";
import { MeshError } from "@fairlead/core";
import { z } from "zod";
import type { SecretContent } from "./secret-file.ts";

const schema = z.object({
  format: z.literal(1),
  /** Who wrote it: unique to a term of leadership. */
  writer: z.string(),
  /** Grows with every write, so that no two writes are the same. */
  sequence: z.int().min(0),
  /** The snapshot the log builds on; absent: nothing. */
  snapshot: z
    .object({ first: z.int().min(1), count: z.int().min(0), bytes: z.int().min(0), sha256: z.string() })
    .optional(),
  /** The snapshot lacks objects' contents, because they did not fit. */
  partial: z.boolean(),
});

/** What leads to everything else: the one place where the old state becomes the new one. */
export type Head = z.output<typeof schema>;

/** The state before anything was kept. */
export const NO_HEAD: Head = { format: 1, writer: "", sequence: 0, partial: false };

/** Head and log as a Secret's content. */
export function encodeHead(head: Head, log: Uint8Array): SecretContent {
  const bytes = Buffer.from(JSON.stringify(head));
  return { head: bytes, log, sha256: Buffer.from(checksum([bytes, log])) };
}

/** Reads what {@link encodeHead} gave. Throws `cache_corrupt` when it is not that. */
export function decodeHead(content: SecretContent, name: string): { readonly head: Head; readonly log: Uint8Array } {
  const { head, log, sha256 } = content;
  if (head === undefined || log === undefined || sha256 === undefined) throw corrupt(name, "lacks a key");
  if (Buffer.from(sha256).toString() !== checksum([head, log])) throw corrupt(name, "does not match its checksum");
  const parsed = schema.safeParse(JSON.parse(Buffer.from(head).toString()));
  if (!parsed.success) throw corrupt(name, "is of a format this version does not know");
  return { head: parsed.data, log };
}

/** SHA-256 of several pieces as one, in hexadecimal. */
export function checksum(pieces: Iterable<Uint8Array>): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

/** `cache_corrupt`: what is wrong with which Secret. */
export function corrupt(name: string, what: string): MeshError {
  return new MeshError("cache_corrupt", {
    public: `The Secret ${name} ${what}. The bundle is compared with the cloud's; nothing in the cluster is deleted because of it.`,
  });
}
