import { z } from "zod";
import { MeshError } from "./errors.ts";
import { Secret } from "./secret.ts";

/**
 * Reads an app's configuration once from the environment by its schema.
 * Throws `invalid_field` naming every variable that is missing or wrong, and what would be right.
 */
export function readConfig<S extends z.ZodType>(
  schema: S,
  env: Readonly<Record<string, string | undefined>> = process.env,
): z.output<S> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => ({ field: issue.path.join("."), message: issue.message }));
  throw new MeshError("invalid_field", {
    public: `Configuration is not valid: ${fields.map((f) => `${f.field}: ${f.message}`).join("; ")}`,
    fields,
  });
}

/** A configuration value that is never printed. */
export const secretString = z
  .string()
  .min(1)
  .transform((value) => new Secret(value));

/** `true`/`false`/`1`/`0` from the environment. */
export const envBoolean = z.enum(["true", "false", "1", "0"]).transform((value) => value === "true" || value === "1");

/** Namespaces from the environment: names separated by commas, `-` for none; undefined, for all of them, when `*` is there or nothing is said. */
export const envNamespaces = z
  .string()
  .default("*")
  .transform((text) => text.split(",").filter((name) => name !== "" && name !== "-"))
  .transform((names) => (names.includes("*") ? undefined : names));

/** Labels from the environment as Kubernetes' selectors have them, `zone=a,team=red`; none when empty. */
export const envLabels = z
  .string()
  .default("")
  .refine(
    (text) => text.split(",").every((pair) => pair === "" || /^[^=\s]+=[^=\s]*$/.test(pair)),
    "labels such as zone=a,team=red",
  )
  .transform((text) => {
    const pairs = text.split(",").filter((pair) => pair !== "");
    return Object.fromEntries(
      pairs.map((pair): [string, string] => {
        const at = pair.indexOf("=");
        return [pair.slice(0, at), pair.slice(at + 1)];
      }),
    );
  });

/** A TCP port from the environment; 0 asks the system for a free one. */
export const envPort = z.coerce.number().int().min(0).max(65535);
