/** What the topology page keeps in its URL. Every field is text, so that a URL can be typed. */
export interface TopologySearch {
  readonly q?: string;
  /** `problems`: only what is not in order, and what it hangs on. */
  readonly show?: string;
  /** Id of the node whose neighbourhood is shown. */
  readonly focus?: string;
  /** `list` or `diagram`; absent: what the width of the window suggests. */
  readonly view?: string;
  /** How many nodes a column shows. */
  readonly limit?: string;
}

const FIELDS = ["q", "show", "focus", "view", "limit"] as const;

/** Nodes of a column when the address says nothing. */
export const DEFAULT_LIMIT = 40;
/** Above this a picture helps nobody, and a browser has to work hard for it. */
const MOST = 640;

/** Reads the search part of a URL; what is not known or is empty is left out. */
export function readTopologySearch(search: Readonly<Record<string, unknown>>): TopologySearch {
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = search[field];
      return typeof value === "string" && value !== "" ? [[field, value]] : [];
    }),
  );
}

/** The limit that an address asks for, within reason. */
export function limitOf({ limit }: TopologySearch): number {
  const wanted = Number(limit ?? DEFAULT_LIMIT);
  return Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, MOST) : DEFAULT_LIMIT;
}

/** The next larger limit; undefined when there is none. */
export function largerLimit(limit: number): number | undefined {
  return limit >= MOST ? undefined : Math.min(limit * 4, MOST);
}
