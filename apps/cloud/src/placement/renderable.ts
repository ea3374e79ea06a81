import { isJsonObject, placementSchema } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import type { Intent as StoredIntent } from "@fairlead/database";
import type { Intent } from "@fairlead/intent";

/** A stored intent as the pure rendering code takes it. What the API has accepted always is; anything else is a bug. */
export function renderable(stored: StoredIntent): Intent {
  const { id, kind, name, namespace, labels, annotations, driftPolicy, spec } = stored;
  const placement = placementSchema.safeParse(stored.placement);
  if (!placement.success || !isJsonObject(spec)) {
    throw new MeshError("internal", {
      public: "Something failed on our side.",
      internal: `stored intent ${id} has a placement or spec that no write could have made`,
    });
  }
  return { id, kind, name, namespace, labels, annotations, placement: placement.data, driftPolicy, spec };
}
