import { isId, type OrganizationId } from "@fairlead/contract";
import { formatRevision } from "@fairlead/core";
import type { OutboxEvent } from "@fairlead/database";

/** Queue messages for outbox events: one per organization, because each means "render up to the present". */
export function hintMessages(events: readonly OutboxEvent[]): string[] {
  const latest = new Map<OrganizationId, OutboxEvent>();
  for (const event of events) {
    const known = latest.get(event.organization);
    if (known === undefined || event.revision.n > known.revision.n) latest.set(event.organization, event);
  }
  return [...latest.values()].map(({ organization, revision }) =>
    JSON.stringify({ organization, revision: formatRevision(revision) }),
  );
}

/** The organization a queue message asks to render; undefined for a message that is not ours. */
export function readHint(body: string): OrganizationId | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== "object" || value === null || !("organization" in value)) return undefined;
    const { organization } = value;
    return typeof organization === "string" && isId("org", organization) ? organization : undefined;
  } catch {
    return undefined;
  }
}
