import { type Intent, type IntentIdKind, isId, placementSchema } from "@fairlead/contract";
import { formatRevision } from "@fairlead/core";
import type { Intent as StoredIntent } from "@fairlead/database";
import { notFound } from "../http/problem-response.ts";

/** An intent as the API shows it. */
export function presentIntent<K extends IntentIdKind>(kind: K, stored: StoredIntent): Intent<K> {
  const { id } = stored;
  if (!isId(kind, id)) throw notFound();
  return {
    id,
    project: stored.project,
    name: stored.name,
    namespace: stored.namespace,
    labels: { ...stored.labels },
    annotations: { ...stored.annotations },
    placement: placementSchema.parse(stored.placement),
    driftPolicy: stored.driftPolicy,
    spec: { ...stored.spec },
    revision: formatRevision(stored.revision),
    createdAt: stored.createdAt.toISOString(),
    updatedAt: stored.updatedAt.toISOString(),
  };
}
