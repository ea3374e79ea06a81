import type { FactsFrame, FactsHeadFrame } from "../frame.ts";
import type * as wire from "../gen/fairlead/v1/tunnel_pb.js";
import { digestOf, invalidField, keyOf, listOf, textOf, whole } from "../wire-field.ts";

/** Reads what a hub says it has of a cluster. */
export function factsHead(value: wire.FactsHead): FactsHeadFrame {
  return {
    type: "factsHead",
    round: whole(value.round, "factsHead.round"),
    digest: digestOrEmpty(value.digest, "factsHead.digest"),
    quota: { objects: value.maxObjects, bytes: whole(value.maxBytes, "factsHead.maxBytes") },
  };
}

/** Reads what a connector tells of its cluster. */
export function facts(value: wire.Facts): FactsFrame {
  const { range } = value;
  const upserts = listOf(value.upserts, "facts.upserts", ({ key, body }, field) => {
    if (!isJsonObject(body)) throw invalidField(`${field}.body`, "must be a JSON object");
    return { key: keyOf(key, `${field}.key`), body };
  });
  if (range !== undefined) {
    const outside = upserts.find(({ key }) => key <= range.after || (range.through !== "" && key > range.through));
    if (outside !== undefined) throw invalidField("facts.upserts", `has ${outside.key}, which lies outside the range`);
  }
  const leftOut = listOf(value.leftOut, "facts.leftOut", ({ kind, objects }, field) => {
    return [textOf(kind, `${field}.kind`, 63), objects] as const;
  });
  return {
    type: "facts",
    round: whole(value.round, "facts.round"),
    seq: whole(value.seq, "facts.seq"),
    upserts,
    removals: listOf(value.removals, "facts.removals", keyOf),
    range: range && { after: range.after, through: range.through === "" ? undefined : range.through },
    digest: digestOrEmpty(value.digest, "facts.digest"),
    leftOut: Object.fromEntries(leftOut),
  };
}

function digestOrEmpty(value: Uint8Array, field: string): string {
  return value.length === 0 ? "" : digestOf(value, field);
}

function isJsonObject(text: string): boolean {
  // Zero bytes are valid JSON only as an escape, and the database keeps neither form in text of its own.
  if (!text.startsWith("{") || text.includes("\u0000")) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
