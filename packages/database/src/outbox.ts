import { idFromUuid, type OrganizationId } from "@fairlead/contract";
import { formatRevision, type Revision } from "@fairlead/core";
import type { Sql } from "postgres";

/** "This organization has a new revision." */
export interface OutboxEvent {
  readonly organization: OrganizationId;
  readonly revision: Revision;
}

/** {@link SystemDoor.relayOutbox}. The rows are gone only if the transaction commits, so `publish` is repeated rather than missed. */
export async function relayOutbox(
  client: Sql,
  limit: number,
  publish: (events: readonly OutboxEvent[]) => Promise<void>,
): Promise<number> {
  return client.begin(async (tx) => {
    // Losing this commit in a crash only publishes once more: no reason to wait for the disk.
    const [, taken] = await Promise.all([
      tx`select set_config('synchronous_commit', 'off', true)`.execute(),
      tx<({ organization_id: string } & Revision)[]>`
        select organization_id, epoch, n from door_take_outbox(${limit}) order by organization_id, epoch, n`.execute(),
    ]);
    if (taken.length === 0) return 0;
    const events = taken.map(({ organization_id, epoch, n }) => ({
      organization: idFromUuid("org", organization_id),
      revision: { epoch, n },
    }));
    await publish(events);
    // One notification for each organization: the newest revision says it all.
    const newest = new Map(events.map(({ organization, revision }) => [organization, formatRevision(revision)]));
    const payloads = [...newest].map(([organization, revision]) => `${organization} ${revision}`);
    await tx`
      select pg_notify('fairlead_revisions', payload)
      from jsonb_array_elements_text(${JSON.stringify(payloads)}::text::jsonb) as payload`;
    return events.length;
  });
}
