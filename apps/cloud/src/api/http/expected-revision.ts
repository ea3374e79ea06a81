import { readIfMatch } from "@fairlead/contract";
import type { Revision } from "@fairlead/core";

/** The revision a write expects, by its If-Match header; `current` when the header is `*`. */
export async function expectedRevision(
  header: string | undefined,
  current: () => Promise<Revision>,
): Promise<Revision> {
  const given = readIfMatch(header);
  return given === "*" ? await current() : given;
}
