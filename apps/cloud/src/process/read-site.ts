import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { MeshError } from "@fairlead/core";
import { contentTypeOf, isCompressible } from "../site/content-types.ts";
import type { Encoding } from "../site/negotiate-encoding.ts";
import type { Representation, SiteFile } from "../site/site.ts";

/** Files below this many bytes fit one packet anyway. */
const WORTH_COMPRESSING = 1024;

/**
 * The files of a built console, by path beginning with `/`, read once into memory; links are not followed. Each is
 * compressed at most once, when it is first asked for. Throws `invalid_field` when there is no console in the folder.
 */
export function readSite(directory: string): ReadonlyMap<string, SiteFile> {
  const files = new Map<string, SiteFile>();
  try {
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      const path = `/${relative(directory, file).split(sep).join("/")}`;
      files.set(path, siteFile(readFileSync(file), isCompressible(contentTypeOf(path))));
    }
  } catch (error) {
    throw noConsole(directory, error);
  }
  if (!files.has("/index.html")) throw noConsole(directory);
  return files;
}

function siteFile(content: Uint8Array<ArrayBuffer>, compressible: boolean): SiteFile {
  const made = new Map<Encoding | undefined, Promise<Representation | undefined>>();
  return {
    representation: (encoding) => {
      const found = made.get(encoding);
      if (found !== undefined) return found;
      const worth = compressible && content.byteLength >= WORTH_COMPRESSING;
      const making = encoding === undefined || worth ? represent(content, encoding) : Promise.resolve(undefined);
      made.set(encoding, making);
      return making;
    },
  };
}

async function represent(content: Uint8Array<ArrayBuffer>, encoding: Encoding | undefined): Promise<Representation> {
  const body = encoding === undefined ? content : new Uint8Array(await compress(content, encoding));
  return { body, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` };
}

function compress(content: Uint8Array, encoding: Encoding): Promise<Buffer> {
  if (encoding === "gzip") return promisify(gzip)(content, { level: 9 });
  // 9 of 11: the last two levels take ten times as long for a few per cent.
  return promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
}

function noConsole(directory: string, cause?: unknown): MeshError {
  const message = "must be a folder with a built console, which has an index.html";
  return new MeshError("invalid_field", {
    public: `FAIRLEAD_CONSOLE_DIR: ${directory} ${message}. Build it with: npm run build -w apps/console`,
    fields: [{ field: "FAIRLEAD_CONSOLE_DIR", value: JSON.stringify(directory), message }],
    cause,
  });
}
