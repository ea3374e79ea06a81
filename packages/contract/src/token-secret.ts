import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { Secret } from "@fairlead/core";
import { encodeBase32 } from "./base32.ts";
import { type Id, isId, newId } from "./ids.ts";

/** Kinds of bearer secrets: an API token, or a cluster's one-time join token. */
export type TokenKind = "tok" | "jt";

/** A fresh bearer secret: shown once, stored only as `hash`. */
export interface GeneratedToken<K extends TokenKind> {
  readonly id: Id<K>;
  /** `fl_<kind>_<id>_<secret>_<crc>`: 160 random bits, and a CRC-32 so that scanners and typos are told from real tokens without a look-up. */
  readonly token: Secret<string>;
  /** SHA-256 of the whole text in hex. */
  readonly hash: string;
}

/** What a bearer text says about itself. It is genuine only when `hash` equals the stored one for `id`. */
export interface ParsedToken<K extends TokenKind> {
  readonly id: Id<K>;
  readonly hash: string;
}

/** Makes an id and a secret of 160 random bits for it. */
export function generateToken<K extends TokenKind>(kind: K): GeneratedToken<K> {
  const id = newId(kind);
  const text = `fl_${id}_${encodeBase32(randomBytes(20))}`;
  const token = `${text}_${checksum(text)}`;
  return { id, token: new Secret(token), hash: hashToken(token) };
}

/** Reads a bearer text; undefined when form, kind or checksum is wrong. */
export function parseToken<K extends TokenKind>(kind: K, text: string): ParsedToken<K> | undefined {
  const match = /^(fl_([a-z]+_[0-9a-z]{26})_[0-9a-z]{32})_([0-9a-f]{8})$/.exec(text);
  const [, body, id, crc] = match ?? [];
  if (body === undefined || id === undefined || crc !== checksum(body)) return undefined;
  return isId(kind, id) ? { id, hash: hashToken(text) } : undefined;
}

/** SHA-256 in hex. The secret is random and long, so a slow password hash would add nothing. */
export function hashToken(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
