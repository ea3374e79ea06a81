/** One step into a value: a key, or an index of a list. */
export type Step = string | number;

/** Reads a field path such as `spec.rules[0]["a.b"]`, the form of the contract's `formatPath`. */
export function parseFieldPath(field: string): Step[] {
  return [...field.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, plain]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? (plain ?? "") : String(JSON.parse(`"${quoted}"`));
  });
}
