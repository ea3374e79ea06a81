import { constants, gzipSync } from "node:zlib";
import { blob, digestOf } from "./blob.ts";
import type { FileEntry } from "./file-entry.ts";
import { tar } from "./tar.ts";

/** One layer of an image: a compressed archive. */
export interface Layer {
  /** What it holds, for people. */
  readonly title: string;
  /** The archive, compressed with gzip. */
  readonly content: Uint8Array;
  /** Digest of `content`. */
  readonly digest: string;
  /** Digest of the archive before compression (`diff_id` of the image specification). */
  readonly diffId: string;
  /** Size of the archive before compression, in bytes. */
  readonly unpackedBytes: number;
}

/** Compresses an archive; a cache may stand in between, keyed by the archive's digest. */
export type Compress = (archive: Uint8Array, digest: string) => Uint8Array;

/** Packs entries as a layer. Same entries in whatever order, same digest. */
export function layer(title: string, entries: readonly FileEntry[], compress: Compress = gzip): Layer {
  const archive = tar(entries);
  const diffId = digestOf(archive);
  const { content, digest } = blob(compress(archive, diffId));
  return { title, content, digest, diffId, unpackedBytes: archive.byteLength };
}

/** gzip as zlib writes it: no name and no time in the header. */
export function gzip(archive: Uint8Array): Uint8Array {
  return gzipSync(archive, { level: constants.Z_BEST_COMPRESSION });
}
