import { diff } from "../diff.ts";
import type { Json } from "../types.ts";
import type { ObjectPlan } from "./types.ts";
import type { Variant } from "./variants.ts";

/** What becomes of one object; undefined when there is none on either side. */
export function objectPlan(before: Variant | undefined, after: Variant | undefined): ObjectPlan | undefined {
  const key = (before ?? after)?.key;
  if (key === undefined) return undefined;
  const [old, fresh] = [before?.rendered, after?.rendered];
  const changes = before === after ? [] : diff(old && asJson(old), fresh && asJson(fresh));
  const change =
    changes.length === 0 ? "none" : old === undefined ? "create" : fresh === undefined ? "delete" : "update";
  return { key, change, before: old, after: fresh, diff: changes };
}

function asJson({ apiVersion, kind, metadata, spec }: NonNullable<Variant["rendered"]>): Json {
  return { apiVersion, kind, metadata: { ...metadata }, spec };
}
