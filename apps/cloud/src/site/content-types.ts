/** Media type by file extension; whatever else is there is served as bytes. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  map: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webmanifest: "application/manifest+json",
  woff2: "font/woff2",
};

/** The media type of a file, by its name. */
export function contentTypeOf(path: string): string {
  return CONTENT_TYPES[/\.(\w+)$/.exec(path)?.[1] ?? ""] ?? "application/octet-stream";
}

/** Whether compressing files of this type is worth it: images and fonts are compressed already. */
export function isCompressible(contentType: string): boolean {
  return /^text\/|json|svg/.test(contentType);
}
