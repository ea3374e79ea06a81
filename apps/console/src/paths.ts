import { kindNamed, type ListName } from "./domain/kinds.ts";
import type { ListSearch } from "./domain/list-search.ts";
import type { TopologySearch } from "./domain/topology/topology-search.ts";

/** The parts of an intent's address. */
export interface IntentAddress {
  readonly project: string;
  /** The kind's path segment, such as `http-routes`. */
  readonly segment: string;
  readonly id: string;
}

/** How a report names an intent. */
export interface ReportedIntent {
  readonly kind: string;
  readonly intent: string | null;
  readonly project: string | null;
}

/** Every URL of the console. Nothing else puts one together. */
export const paths = {
  home: () => "/",
  clusters: () => "/clusters",
  cluster: (cluster: string) => `/clusters/${part(cluster)}`,
  topology: (cluster: string, search: TopologySearch = {}) =>
    `/clusters/${part(cluster)}/topology${query({ ...search })}`,
  list: (project: string, list: ListName, search: ListSearch = {}) =>
    `/projects/${part(project)}/${list}${query({ ...search })}`,
  newIntent: (project: string, segment: string) => `/projects/${part(project)}/new/${part(segment)}`,
  intent: (address: IntentAddress) => intentPath(address),
  /** Of an intent that a report names; undefined for what is nobody's, or of a kind that has no page. */
  reported: ({ kind, intent, project }: ReportedIntent) => {
    const segment = kindNamed(kind)?.segment;
    if (segment === undefined || intent === null || project === null) return undefined;
    return intentPath({ project, segment, id: intent });
  },
  intentYaml: (address: IntentAddress, search: { readonly restore?: string; readonly field?: string } = {}) =>
    `${intentPath(address)}/yaml${query({ ...search })}`,
  intentRevisions: (address: IntentAddress, search: { readonly from?: string; readonly to?: string } = {}) =>
    `${intentPath(address)}/revisions${query({ ...search })}`,
};

function intentPath({ project, segment, id }: IntentAddress): string {
  return `/projects/${part(project)}/intents/${part(segment)}/${part(id)}`;
}

function part(text: string): string {
  return encodeURIComponent(text);
}

function query(search: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(search).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "",
  );
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}
