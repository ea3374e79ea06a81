import { badRequest } from "./api-failure.ts";
import { textAt } from "./json-value.ts";
import type { Kind } from "./kind.ts";
import type { ServedObject } from "./served-object.ts";

/** Whether an object is in a selection. */
export type Predicate = (object: ServedObject) => boolean;

/** Both selectors of a request; undefined when they let everything through. Throws a bad request for what cannot be read. */
export function parseSelectors(kind: Kind, query: URLSearchParams): Predicate | undefined {
  const parts = [
    ...parseLabels(query.get("labelSelector") ?? ""),
    ...parseFields(kind, query.get("fieldSelector") ?? ""),
  ];
  return parts.length === 0 ? undefined : (object) => parts.every((part) => part(object));
}

const LABEL_TERM =
  /^\s*(?:(?<absent>!)\s*(?<not>[\w./-]+)|(?<key>[\w./-]+)(?:\s*(?<op>==|=|!=)\s*(?<value>[\w.-]*)|\s+(?<set>in|notin)\s*\((?<values>[^)]*)\))?)\s*(?:,|$)/;

function parseLabels(selector: string): Predicate[] {
  const terms: Predicate[] = [];
  let rest = selector;
  while (rest.trim() !== "") {
    const match = LABEL_TERM.exec(rest);
    if (match?.groups === undefined)
      throw badRequest(`unable to parse requirement: ${JSON.stringify(selector)} is not a label selector`);
    rest = rest.slice(match[0].length);
    terms.push(labelTerm(match.groups));
  }
  return terms;
}

function labelTerm(term: Readonly<Record<string, string | undefined>>): Predicate {
  const label = (object: ServedObject, key = "") => object.metadata.labels?.[key];
  const { key, not, op, value, set } = term;
  if (not !== undefined) return (object) => label(object, not) === undefined;
  if (set !== undefined) {
    const values = (term.values ?? "").split(",").map((item) => item.trim());
    return (object) => {
      const found = label(object, key);
      return set === "in"
        ? found !== undefined && values.includes(found)
        : found === undefined || !values.includes(found);
    };
  }
  if (op === undefined) return (object) => label(object, key) !== undefined;
  return op === "!=" ? (object) => label(object, key) !== value : (object) => label(object, key) === value;
}

function parseFields(kind: Kind, selector: string): Predicate[] {
  return selector.split(",").flatMap((term) => {
    if (term.trim() === "") return [];
    const match = /^\s*(?<path>[\w.]+)\s*(?<op>==|=|!=)(?<value>.*)$/.exec(term);
    const path = match?.groups?.path ?? "";
    const known = path === "metadata.name" || path === "metadata.namespace" || kind.fieldLabels.includes(path);
    if (!known)
      throw badRequest(
        `${JSON.stringify(path || term)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
      );
    const wanted = match?.groups?.value?.trim() ?? "";
    const isEqual = match?.groups?.op !== "!=";
    const steps = path.split(".");
    return [(object: ServedObject) => (textAt(object, ...steps) === wanted) === isEqual];
  });
}
