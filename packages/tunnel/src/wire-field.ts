import { MeshError, type Revision } from "@fairlead/core";
import type { DigestHex } from "./frame.ts";
import type { Revision as WireRevision } from "./gen/fairlead/v1/tunnel_pb.js";
import { MAX_LIST_ENTRIES, NO_REVISION } from "./limits.ts";

/** The error of a field that is not what the protocol says. */
export function invalidField(field: string, message: string): MeshError {
  return new MeshError("frame_invalid", { public: `${field} ${message}`, fields: [{ field, message }] });
}

/** A whole number that JavaScript counts exactly. */
export function whole(value: bigint, field: string): number {
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) throw invalidField(field, "is out of range");
  return Number(value);
}

/** A revision; a missing one is 0.0. */
export function revisionOf(value: WireRevision | undefined, field: string): Revision {
  if (value === undefined) return NO_REVISION;
  return { epoch: whole(value.epoch, `${field}.epoch`), n: whole(value.n, `${field}.n`) };
}

/** A 32-byte digest as hex. */
export function digestOf(value: Uint8Array, field: string): DigestHex {
  if (value.length !== 32) throw invalidField(field, "must be 32 bytes");
  return Buffer.from(value).toString("hex");
}

/** A text that is there and not longer than `max` characters. */
export function textOf(value: string, field: string, max = 1024): string {
  if (value === "") throw invalidField(field, "must not be empty");
  if (value.length > max) throw invalidField(field, `is longer than ${max} characters`);
  return value;
}

/** An object key: four parts between slashes, kind and name not empty. */
export function keyOf(value: string, field: string): string {
  if (!/^[^/]*\/[^/]+\/[^/]*\/[^/]+$/.test(value) || value.length > 1024) {
    throw invalidField(field, "must be <group>/<Kind>/<namespace>/<name>");
  }
  return value;
}

/** A list of bounded length, each item read by `read`. */
export function listOf<W, T>(items: readonly W[], field: string, read: (item: W, field: string) => T): T[] {
  if (items.length > MAX_LIST_ENTRIES) throw invalidField(field, `has more than ${MAX_LIST_ENTRIES} items`);
  return items.map((item, index) => read(item, `${field}[${index}]`));
}
