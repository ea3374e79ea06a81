import { stringify } from "yaml";
import type { Io } from "../io.ts";
import type { OutputFormat } from "../settings.ts";

/** Prints a result: as it is in JSON or YAML, else as the text that `text` makes of it. */
export function print<T>(io: Io, format: OutputFormat, value: T, text: (value: T) => string): void {
  if (format === "json") io.out(JSON.stringify(value, null, 2));
  else if (format === "yaml") io.out(toYaml(value));
  else io.out(text(value));
}

/** YAML without a line break at the end and without folded lines. */
export function toYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd();
}
