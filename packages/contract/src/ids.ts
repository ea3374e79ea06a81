import { z } from "@hono/zod-openapi";
import { decodeBase32, encodeBase32 } from "./base32.ts";

/** What each id prefix stands for. A prefix may be added, never renamed. */
export const ID_KINDS = {
  org: "organization",
  prj: "project",
  clu: "cluster",
  jt: "join token",
  tok: "API token",
  gw: "gateway",
  rt: "HTTP route",
  grt: "gRPC route",
  ing: "ingress",
} as const;

/** An id prefix. */
export type IdKind = keyof typeof ID_KINDS;

/** `<kind>_<26 characters>`: a UUID (version 7 when we made it) in Crockford's base 32. The API shows this form; the database stores the UUID. */
export type Id<K extends IdKind> = string & z.core.$brand<K>;
export type OrganizationId = Id<"org">;
export type ProjectId = Id<"prj">;
export type ClusterId = Id<"clu">;
export type JoinTokenId = Id<"jt">;
export type TokenId = Id<"tok">;
export type GatewayId = Id<"gw">;
export type HttpRouteId = Id<"rt">;
export type GrpcRouteId = Id<"grt">;
export type IngressId = Id<"ing">;

/** An id of any kind. */
export type AnyId = { [K in IdKind]: Id<K> }[IdKind];

/** A fresh id. Ids made later sort later, to the millisecond. */
export function newId<K extends IdKind>(kind: K, nowMs: number = Date.now()): Id<K> {
  return brand(kind, `${kind}_${encodeBase32(uuidv7Bytes(nowMs))}`);
}

/** The id of a stored UUID. Throws on a text that is not a UUID: that is a programmer's error. */
export function idFromUuid<K extends IdKind>(kind: K, uuid: string): Id<K> {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(uuid)) {
    throw new TypeError(`not a UUID: ${uuid}`);
  }
  return brand(kind, `${kind}_${encodeBase32(bytesOfHex(uuid.replaceAll("-", "")))}`);
}

/** The UUID of an id, in lower case with dashes. */
export function uuidFromId(id: AnyId): string {
  const bytes = decodeBase32(id.slice(id.indexOf("_") + 1), 16);
  if (bytes === undefined) throw new TypeError(`not an id: ${id}`);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Whether the text is a well-formed id of this kind. Says nothing about whether the thing exists. */
export function isId<K extends IdKind>(kind: K, text: string): text is Id<K> {
  return text.startsWith(`${kind}_`) && decodeBase32(text.slice(kind.length + 1), 16) !== undefined;
}

/** The kind of a well-formed id; undefined for any other text. */
export function idKind(text: string): IdKind | undefined {
  const prefix = text.slice(0, text.indexOf("_"));
  return isIdKind(prefix) && isId(prefix, text) ? prefix : undefined;
}

/** The schema of an id of one kind. */
export function idSchema<K extends IdKind>(kind: K) {
  return z
    .string()
    .regex(new RegExp(`^${kind}_[0-7][0-9a-hjkmnp-tv-z]{25}$`), `must be the id of a ${ID_KINDS[kind]} (${kind}_…)`)
    .transform((text) => brand(kind, text))
    .openapi({ example: `${kind}_01kf8w4zq7e9vbhk2m6s0t3c5d` });
}

function isIdKind(text: string): text is IdKind {
  return Object.hasOwn(ID_KINDS, text);
}

function brand<K extends IdKind>(kind: K, text: string): Id<K> {
  if (!isId(kind, text)) throw new TypeError(`not an id of kind ${kind}: ${text}`);
  return text;
}

/** RFC 9562, section 5.7: 48 bits of Unix milliseconds, version 7, variant 2, the rest random. */
function uuidv7Bytes(nowMs: number): Uint8Array {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(nowMs / 2 ** 32));
  view.setUint32(2, nowMs % 2 ** 32);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  return bytes;
}

function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
