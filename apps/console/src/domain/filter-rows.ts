import { type ConvergenceState, type LabelSelector, matchesSelector, parseLabelSelector } from "@fairlead/contract";
import type { IntentRow } from "./intent-row.ts";
import type { ListSearch } from "./list-search.ts";
import { compareRevisionTexts } from "./revision-text.ts";

/** A row with what is known of its convergence; undefined while that is loading. */
export interface StatedRow extends IntentRow {
  readonly state: ConvergenceState | undefined;
}

/** The rows that pass a list's filters, sorted; `problem` when the label selector cannot be read, which then filters nothing. */
export interface FilteredRows {
  readonly rows: readonly StatedRow[];
  readonly problem: string | undefined;
}

/** Filters and sorts rows by what the URL says. Words of `q` must all be found, in any field. */
export function filterRows(rows: readonly StatedRow[], search: ListSearch): FilteredRows {
  const words = (search.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const host = search.host?.toLowerCase();
  const parsed = search.labels === undefined ? undefined : parseLabelSelector(search.labels);
  const selector = parsed !== undefined && "selector" in parsed ? parsed.selector : undefined;
  const passing = rows.filter(
    (row) =>
      (search.namespace === undefined || row.namespace === search.namespace) &&
      (search.kind === undefined || row.kind === search.kind) &&
      (search.state === undefined || row.state === search.state) &&
      (host === undefined || row.hosts.some((one) => hostCovers(one, host))) &&
      (selector === undefined || selects(selector, row)) &&
      words.every((word) => row.haystack.includes(word)),
  );
  return {
    rows: sortRows(passing, search.sort ?? "name"),
    problem: parsed !== undefined && "problem" in parsed ? parsed.problem : undefined,
  };
}

/** Whether a host of a row is what someone looks for: a part of it, or a name that its wildcard covers. */
export function hostCovers(host: string, wanted: string): boolean {
  if (host.includes(wanted)) return true;
  return host.startsWith("*.") && wanted.endsWith(host.slice(1)) && wanted.length > host.length - 1;
}

/** Every value a column has among the rows, sorted, for the choices of a filter. */
export function choices(rows: readonly StatedRow[], column: "namespace" | "kind"): readonly string[] {
  return [...new Set(rows.map((row) => row[column]))].sort();
}

function selects(selector: LabelSelector, row: StatedRow): boolean {
  return matchesSelector(selector, row.labels);
}

const STATE_ORDER: Readonly<Record<string, number>> = {
  rejected: 0,
  unknown: 1,
  progressing: 2,
  unplaced: 3,
  converged: 4,
};

function sortRows(rows: readonly StatedRow[], sort: string): readonly StatedRow[] {
  const backwards = sort.startsWith("-");
  const compare = COMPARE[sort.replace(/^-/, "")] ?? byName;
  const sorted = rows.toSorted((a, b) => compare(a, b) || byName(a, b));
  return backwards ? sorted.reverse() : sorted;
}

type Compare = (a: StatedRow, b: StatedRow) => number;

// Names are ASCII by the API's rules, so plain comparison is right; Intl would be a hundred times slower.
const text = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const byName: Compare = (a, b) => text(a.name, b.name) || text(a.namespace, b.namespace) || text(a.kind, b.kind);

const COMPARE: Readonly<Record<string, Compare>> = {
  name: byName,
  namespace: (a, b) => text(a.namespace, b.namespace),
  hosts: (a, b) => text(a.hosts[0] ?? "", b.hosts[0] ?? ""),
  state: (a, b) => (STATE_ORDER[a.state ?? ""] ?? 5) - (STATE_ORDER[b.state ?? ""] ?? 5),
  // The youngest first: an age grows while its moment goes back.
  age: (a, b) => text(b.createdAt, a.createdAt) || compareRevisionTexts(b.revision, a.revision),
};
