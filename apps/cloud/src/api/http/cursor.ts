import { type Id, type IdKind, isId } from "@fairlead/contract";
import { MeshError, parseRevision, type Revision } from "@fairlead/core";

/** The opaque cursor that stands for a place in a list. */
export function encodeCursor(place: string | undefined): string | null {
  return place === undefined ? null : Buffer.from(place).toString("base64url");
}

/** The last id of the page before, from its cursor. Throws `invalid_request` for a text that is none of ours. */
export function idCursor<K extends IdKind>(kind: K, cursor: string | undefined): Id<K> | undefined {
  if (cursor === undefined) return undefined;
  const id = Buffer.from(cursor, "base64url").toString();
  if (!isId(kind, id)) throw wrong();
  return id;
}

/** The last revision of the page before, from its cursor. */
export function revisionCursor(cursor: string | undefined): Revision | undefined {
  if (cursor === undefined) return undefined;
  const revision = parseRevision(Buffer.from(cursor, "base64url").toString());
  if (revision === undefined) throw wrong();
  return revision;
}

function wrong(): MeshError {
  return new MeshError("invalid_request", { public: "cursor is not one this list gave; start again without it." });
}
