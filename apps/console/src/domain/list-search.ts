/** What a list page keeps in its URL. Every field is text, so that a URL can be typed. */
export interface ListSearch {
  readonly q?: string;
  readonly namespace?: string;
  readonly host?: string;
  readonly kind?: string;
  readonly state?: string;
  /** A label selector as kubectl writes it. */
  readonly labels?: string;
  /** A column, with `-` in front for the other way round. */
  readonly sort?: string;
}

const FIELDS = ["q", "namespace", "host", "kind", "state", "labels", "sort"] as const;

/** One field of {@link ListSearch}. */
export type ListField = (typeof FIELDS)[number];

/** Reads the search part of a URL; what is not known or is empty is left out. */
export function readListSearch(search: Readonly<Record<string, unknown>>): ListSearch {
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = search[field];
      return typeof value === "string" && value !== "" ? [[field, value]] : [];
    }),
  );
}

/** Whether something narrows the list. */
export function isFiltered({ sort: _, ...filters }: ListSearch): boolean {
  return Object.keys(filters).length > 0;
}
