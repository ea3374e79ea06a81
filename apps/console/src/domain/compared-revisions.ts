import type { RevisionEntry } from "@fairlead/contract";

/** Which two revisions are compared: what the address says, else the newest and the one before it. */
export function comparedRevisions(
  newestFirst: readonly RevisionEntry[],
  search: { readonly from?: string | undefined; readonly to?: string | undefined },
): { readonly from: string; readonly to: string } {
  const known = (wanted: string | undefined) => newestFirst.find(({ revision }) => revision === wanted)?.revision;
  const to = known(search.to) ?? newestFirst[0]?.revision ?? "";
  const at = newestFirst.findIndex(({ revision }) => revision === to);
  return { from: known(search.from) ?? newestFirst[at + 1]?.revision ?? to, to };
}
