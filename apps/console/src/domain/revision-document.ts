import { placementSchema } from "@fairlead/contract";
import { documentOf } from "./intent-document.ts";
import { isRecord, objectOf, textOf } from "./json-access.ts";
import type { KindInfo } from "./kinds.ts";

/** The document that an entry of the revision log has kept; undefined when it has none (a deletion's after, a creation's before). */
export function documentOfRevision(body: unknown, kind: KindInfo): string | undefined {
  if (!isRecord(body)) return undefined;
  const placement = placementSchema.safeParse(body.placement ?? {});
  return documentOf(
    {
      name: textOf(body.name) ?? "",
      namespace: textOf(body.namespace) ?? "default",
      labels: texts(body.labels),
      annotations: texts(body.annotations),
      placement: placement.success ? placement.data : { clusterSelector: {} },
      driftPolicy: body.driftPolicy === "report" ? "report" : "revert",
      spec: objectOf(body.spec),
    },
    kind,
  );
}

function texts(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([key, text]) => [key, String(text)]));
}
