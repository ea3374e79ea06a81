import { stringify } from "yaml";

/** The part of a JSON Schema that the chart's values use. */
export interface ValueSchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
}

/** A value a user may set. */
interface DocumentedValue {
  /** Such as `connector.image.tag`. */
  readonly path: string;
  readonly default: unknown;
  readonly description: string;
}

/** Every value that has a default, in the order of the schema. Throws when one says nothing about itself. */
function documentedValues(schema: ValueSchema, path: readonly string[] = []): DocumentedValue[] {
  if (schema.default !== undefined) {
    const { description } = schema;
    if (description === undefined) throw new TypeError(`${path.join(".")} has no description`);
    return [{ path: path.join("."), default: schema.default, description }];
  }
  const { properties } = schema;
  if (properties === undefined) throw new TypeError(`${path.join(".")} has no default`);
  return Object.entries(properties).flatMap(([name, value]) => documentedValues(value, [...path, name]));
}

/** `values.yaml`: every default, each under its description. */
export function valuesYaml(schema: ValueSchema): string {
  const head = "# Generated from infra/helm/src/values.ts by `npm run gen`. Every value, with its default.\n";
  return head + block(schema, 0);
}

/** The table of values in Markdown. */
export function valuesTable(schema: ValueSchema): string {
  const rows = documentedValues(schema).map(
    ({ path, default: value, description }) =>
      `| \`${path}\` | \`${JSON.stringify(value).replaceAll("|", "\\|")}\` | ${description.replaceAll("|", "\\|")} |`,
  );
  return ["| value | default | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

function block({ properties = {} }: ValueSchema, depth: number): string {
  const margin = "  ".repeat(depth);
  return Object.entries(properties)
    .map(([name, value]) => {
      const gap = depth === 0 ? "\n" : "";
      if (value.default === undefined) return `${gap}${margin}${name}:\n${block(value, depth + 1)}`;
      const text = stringify({ [name]: value.default }, { lineWidth: 0 })
        .trimEnd()
        .replaceAll("\n", `\n${margin}`);
      return `${gap}${margin}# ${value.description ?? ""}\n${margin}${text}\n`;
    })
    .join("");
}
