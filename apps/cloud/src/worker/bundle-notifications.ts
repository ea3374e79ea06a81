import type { ClusterId, OrganizationId } from "@fairlead/contract";
import type { Log } from "@fairlead/core";
import type { Database } from "@fairlead/database";

/** Clusters named in one notification: PostgreSQL takes payloads below 8,000 bytes, and an id has 30. */
const PER_NOTIFICATION = 200;

/**
 * Tells the hubs of other processes which bundles changed, as `<sender> <organization> <cluster>,<cluster>…`. `sender`
 * is the hub of this process, which knows already. A lost notification only costs the time to the hub's next look.
 */
export function bundleNotifications(database: Database, log: Log, sender: string) {
  return (organization: OrganizationId, clusters: readonly ClusterId[]): void => {
    for (let from = 0; from < clusters.length; from += PER_NOTIFICATION) {
      const list = clusters.slice(from, from + PER_NOTIFICATION).join(",");
      database.notify("bundles", `${sender} ${organization} ${list}`).catch((error: unknown) => {
        log.warn("bundle change could not be announced", { organization, error });
      });
    }
  };
}
