import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Compress, gzip } from "./oci/layer.ts";

/** Below this, compressing again is quicker than asking. */
const WORTH_KEEPING_BYTES = 4 * 1024 ** 2;

/** Compresses, and keeps what was compressed under the archive's digest: half a minute for Node, which seldom changes. */
export function compressCached(directory: string): Compress {
  return (archive, digest) => {
    if (archive.byteLength < WORTH_KEEPING_BYTES) return gzip(archive);
    const folder = join(directory, "layers");
    // Another release of zlib may compress otherwise.
    const path = join(folder, `${digest.slice("sha256:".length)}-zlib-${process.versions.zlib}.gz`);
    if (existsSync(path)) return readFileSync(path);
    const content = gzip(archive);
    mkdirSync(folder, { recursive: true });
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, content);
    renameSync(draft, path);
    return content;
  };
}
