import { contentTypeOf } from "./content-types.ts";
import { type Encoding, negotiateEncoding } from "./negotiate-encoding.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

/** One way a file can be sent. */
export interface Representation {
  readonly body: Uint8Array<ArrayBuffer>;
  /** Of these very bytes: a strong validator. */
  readonly etag: string;
}

/** A file that is served. */
export interface SiteFile {
  /** As it is, or compressed; undefined where that saves nothing. */
  representation(encoding: Encoding | undefined): Promise<Representation | undefined>;
}

/** Names below this are made from their content by the build: what one once meant, it means for ever. */
const HASHED = "/assets/";
/** The API's own: never answered with a page. */
const API_PATHS = /^\/(v1|openapi\.json|healthz)(\/|$)/;
const PAGE = "/index.html";

/**
 * Answers GET and HEAD of a single-page application, by path beginning with `/`; undefined for what is the API's. A path
 * that is no file is the application's own address and gets its page. The files are looked up in a table and never on
 * a disk, so no path leads anywhere else.
 */
export function createSite(files: ReadonlyMap<string, SiteFile>) {
  return async (request: Request): Promise<Response | undefined> => {
    const { pathname } = new URL(request.url);
    if ((request.method !== "GET" && request.method !== "HEAD") || API_PATHS.test(pathname)) return undefined;
    const path = files.has(pathname) || pathname.startsWith(HASHED) ? pathname : PAGE;
    const file = files.get(path);
    if (file === undefined) return new Response(null, { status: 404, headers: SECURITY_HEADERS });
    const wanted = negotiateEncoding(request.headers.get("accept-encoding"));
    const encoded = wanted && (await file.representation(wanted));
    const { body, etag } = encoded ?? (await file.representation(undefined)) ?? nothing(path);
    const headers = new Headers({
      ...SECURITY_HEADERS,
      "cache-control": path.startsWith(HASHED) ? "public, max-age=31536000, immutable" : "no-cache",
      etag,
      vary: "accept-encoding",
    });
    if (matches(request.headers.get("if-none-match"), etag)) return new Response(null, { status: 304, headers });
    headers.set("content-type", contentTypeOf(path));
    headers.set("content-length", `${body.byteLength}`);
    if (encoded !== undefined && wanted !== undefined) headers.set("content-encoding", wanted);
    return new Response(request.method === "HEAD" ? null : body, { headers });
  };
}

function matches(header: string | null, etag: string): boolean {
  return (header ?? "").split(",").some((one) => ["*", etag, `W/${etag}`].includes(one.trim()));
}

function nothing(path: string): never {
  throw new TypeError(`${path} has no body`);
}
