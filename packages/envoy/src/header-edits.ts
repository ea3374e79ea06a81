import type { HeaderEdits, HeaderValue } from "@fairlead/mesh-model";
import type { Fields } from "./extension.ts";
import {
  HeaderValueOption_HeaderAppendAction,
  type HeaderValueOptionSchema,
} from "./gen/envoy/config/core/v3/base_pb.js";

type Option = Fields<typeof HeaderValueOptionSchema>;

/** The four lists in which routes and weighted clusters hold header edits. Envoy removes first, then writes in order. */
export function headerFields(request: HeaderEdits | undefined, response: HeaderEdits | undefined) {
  return {
    requestHeadersToAdd: written(request),
    requestHeadersToRemove: removed(request),
    responseHeadersToAdd: written(response),
    responseHeadersToRemove: removed(response),
  };
}

/**
 * One set of edits that does what `first` and then `second` do. Envoy would apply a backend's before its route's, where
 * Gateway API's filters go from the rule to the backend.
 */
export function inTurn(first: HeaderEdits | undefined, second: HeaderEdits | undefined): HeaderEdits | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  const settled = new Set([...second.set, ...second.remove].map(({ name }) => name.toLowerCase()));
  const open = (headers: readonly HeaderValue[]) => headers.filter(({ name }) => !settled.has(name.toLowerCase()));
  return {
    remove: [...first.remove, ...second.remove],
    set: [...open(first.set), ...second.set],
    add: [...open(first.add), ...second.add],
  };
}

/** Whether any header is edited. */
export function editsHeaders(...edits: readonly (HeaderEdits | undefined)[]): boolean {
  return edits.some((edit) => edit !== undefined && edit.set.length + edit.add.length + edit.remove.length > 0);
}

function written(edits: HeaderEdits | undefined): Option[] {
  if (edits === undefined) return [];
  const { OVERWRITE_IF_EXISTS_OR_ADD, APPEND_IF_EXISTS_OR_ADD } = HeaderValueOption_HeaderAppendAction;
  return [
    ...edits.set.map((header) => option(header, OVERWRITE_IF_EXISTS_OR_ADD)),
    ...edits.add.map((header) => option(header, APPEND_IF_EXISTS_OR_ADD)),
  ];
}

function removed(edits: HeaderEdits | undefined): string[] {
  return edits?.remove.map((header) => header.name) ?? [];
}

function option(header: HeaderValue, appendAction: HeaderValueOption_HeaderAppendAction): Option {
  return {
    // Percent signs begin Envoy's own substitutions; a user's value means itself.
    header: { key: header.name, value: header.value.replaceAll("%", "%%") },
    appendAction,
    keepEmptyValue: true,
  };
}
