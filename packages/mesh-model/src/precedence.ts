import type { Route } from "./model.ts";

/** A route with what decides its place: compared element by element, smaller first. */
export interface RankedRoute {
  readonly rank: readonly (number | string)[];
  readonly route: Route;
}

/** Sorts by rank; ranks in one table have the same form and are never equal. */
export function compareRanks(a: RankedRoute, b: RankedRoute): number {
  for (let index = 0; index < a.rank.length; index++) {
    const left = a.rank[index];
    const right = b.rank[index];
    if (left === undefined || right === undefined || left === right) continue;
    return left < right ? -1 : 1;
  }
  return 0;
}

/** Creation time for comparing ages; an object the server has not stamped yet is the youngest. */
export function creationTime(object: { readonly metadata: { readonly creationTimestamp?: string } }): string {
  return object.metadata.creationTimestamp ?? "9999-12-31T23:59:59Z";
}

/** Orders what several objects claim: the oldest first, then by name. */
export function compareAge(
  a: { readonly created: string; readonly name: string },
  b: { readonly created: string; readonly name: string },
): number {
  if (a.created !== b.created) return a.created < b.created ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Plain order of strings by code unit, the same everywhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
