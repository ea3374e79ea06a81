import { type Client, listAll } from "@fairlead/client";
import { queryOptions } from "@tanstack/react-query";
import type { IntentRecord } from "../domain/intent-record.ts";
import type { KindInfo } from "../domain/kinds.ts";
import type { IntentAddress } from "../paths.ts";
import { intentApi } from "./intent-api.ts";

/** Items a list page asks for at once: the API's most. */
const PAGE = 1000;
/** Items of a list's very first page. */
const FIRST_PAGE = 100;

/** The keys under which answers are kept. Live events name what to read again by these. */
export const keys = {
  whoami: ["whoami"],
  projects: ["projects"],
  clusters: ["clusters"],
  rollUp: ["roll-up"],
  certificates: (cluster: string) => ["certificates", cluster],
  intents: (project: string, kind: string) => ["intents", project, kind],
  intent: (id: string) => ["intent", id],
  convergence: (id: string) => ["convergence", id],
  revisions: (id: string) => ["revisions", id],
  revision: (revision: string) => ["revision", revision],
} as const;

/** Whose token this is. */
export function whoamiQuery(client: Client) {
  return queryOptions({ queryKey: keys.whoami, queryFn: ({ signal }) => client.service.whoami({ signal }) });
}

/** Every project of the organization, by name. */
export function projectsQuery(client: Client) {
  return queryOptions({
    queryKey: keys.projects,
    queryFn: ({ signal }) => all((cursor) => client.projects.list({ query: { limit: PAGE, cursor }, signal })),
  });
}

/** Every cluster of the organization. */
export function clustersQuery(client: Client) {
  return queryOptions({
    queryKey: keys.clusters,
    queryFn: ({ signal }) => all((cursor) => client.clusters.list({ query: { limit: PAGE, cursor }, signal })),
    // A heartbeat is no event, but when it was last heard is on the page.
    refetchInterval: 10_000,
  });
}

/** How far everything has come, in every cluster. */
export function rollUpQuery(client: Client) {
  return queryOptions({ queryKey: keys.rollUp, queryFn: ({ signal }) => client.convergence.get({ signal }) });
}

/** The TLS certificates in use in a cluster. */
export function certificatesQuery(client: Client, cluster: string) {
  return queryOptions({
    queryKey: keys.certificates(cluster),
    queryFn: ({ signal }) => client.certificates.get({ params: { cluster }, signal }),
    // Every page asks for every cluster's: seldom enough that hundreds of clusters are no load.
    staleTime: 60_000,
    refetchInterval: 300_000,
  });
}

/** A list as far as it has been read. */
export interface IntentList {
  readonly items: readonly IntentRecord[];
  /** False while more pages are on their way. */
  readonly complete: boolean;
}

/** Every intent of a kind in a project. The first reading shows each page as it comes; later ones replace the whole. */
export function intentsQuery(client: Client, project: string, kind: KindInfo) {
  const queryKey = keys.intents(project, kind.kind);
  return queryOptions({
    queryKey,
    queryFn: async ({ signal, client: cache }): Promise<IntentList> => {
      const first = cache.getQueryData<IntentList>(queryKey) === undefined;
      const items: IntentRecord[] = [];
      let cursor: string | undefined;
      do {
        // A small page first: something is on the screen while the rest is on its way.
        const query = { limit: first && cursor === undefined ? FIRST_PAGE : PAGE, cursor };
        const page = await intentApi(client, kind).list({ params: { project }, query, signal });
        items.push(...page.items);
        cursor = page.nextCursor ?? undefined;
        if (first && cursor !== undefined)
          cache.setQueryData<IntentList>(queryKey, { items: [...items], complete: false });
      } while (cursor !== undefined);
      return { items, complete: true };
    },
  });
}

/** One intent. */
export function intentQuery(client: Client, kind: KindInfo, { project, id }: IntentAddress) {
  return queryOptions({
    queryKey: keys.intent(id),
    queryFn: ({ signal }) => intentApi(client, kind).get({ params: { project, id }, signal }),
  });
}

/** How far one intent has come. */
export function convergenceQuery(client: Client, kind: KindInfo, { project, id }: IntentAddress) {
  return queryOptions({
    queryKey: keys.convergence(id),
    queryFn: ({ signal }) => intentApi(client, kind).convergence({ params: { project, id }, signal }),
  });
}

/** The newest hundred entries of one intent's history. */
export function revisionsQuery(client: Client, id: string) {
  return queryOptions({
    queryKey: keys.revisions(id),
    queryFn: ({ signal }) => client.revisions.list({ query: { intent: id, limit: 100 }, signal }),
  });
}

/** One entry of the history with the thing before and after. It never changes. */
export function revisionQuery(client: Client, revision: string) {
  return queryOptions({
    queryKey: keys.revision(revision),
    queryFn: ({ signal }) => client.revisions.get({ params: { revision }, signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

async function all<T>(page: Parameters<typeof listAll<T>>[0]): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of listAll(page)) items.push(item);
  return items;
}
