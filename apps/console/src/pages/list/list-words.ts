import type { ListName } from "../../domain/kinds.ts";

/** The words of a list page. */
export interface ListWords {
  readonly title: string;
  readonly one: string;
  readonly many: string;
  /** Heading of the column of what a row hangs on. */
  readonly parents: string;
  /** Heading of the column of where it leads. */
  readonly targets: string;
}

/** What each list page calls its things. */
export const LIST_WORDS: Readonly<Record<ListName, ListWords>> = {
  gateways: { title: "Gateways", one: "gateway", many: "gateways", parents: "Class", targets: "Listeners" },
  routes: { title: "Routes", one: "route", many: "routes", parents: "Parents", targets: "Backends" },
  ingresses: { title: "Ingresses", one: "ingress", many: "ingresses", parents: "Class", targets: "Backends" },
};
