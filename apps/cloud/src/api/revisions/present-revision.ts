import type { RevisionEntry } from "@fairlead/contract";
import { formatRevision } from "@fairlead/core";
import type { RevisionEntry as Stored } from "@fairlead/database";

/** An entry of the revision log as the API shows it. */
export function presentRevision(stored: Stored): RevisionEntry {
  const { body, subject } = stored;
  const intent = subject === "intent";
  return {
    revision: formatRevision(stored.revision),
    at: stored.at.toISOString(),
    action: stored.action,
    subject,
    id: stored.id,
    project: intent ? (stored.project ?? null) : null,
    kind: stored.kind ?? null,
    namespace: intent ? text(body.namespace) : null,
    name: text(body.name) ?? "",
    actor: stored.actor,
  };
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
