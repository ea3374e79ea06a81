import type { Client } from "@fairlead/client";
import { queryOptions } from "@tanstack/react-query";

/** The topology of a cluster. Its key begins as all that is read anew when the cluster reports. */
export function topologyQuery(client: Client, cluster: string) {
  return queryOptions({
    queryKey: ["cluster", cluster, "topology"],
    queryFn: ({ signal }) => client.topology.get({ params: { cluster }, signal }),
  });
}
