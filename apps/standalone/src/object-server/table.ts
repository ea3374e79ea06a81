import type { Kind } from "./kind.ts";
import { columnsOf } from "./printers.ts";
import type { ServedObject } from "./served-object.ts";

/** What the rows of a table carry besides their cells. */
export type IncludeObject = "None" | "Metadata" | "Object";

/** Objects as a `meta.k8s.io/v1` Table, which is how `kubectl get` asks for them. */
export function tableOf(
  kind: Kind,
  objects: readonly ServedObject[],
  options: {
    readonly nowMs: number;
    readonly include: IncludeObject;
    readonly metadata: object;
    readonly withColumns: boolean;
  },
): object {
  const columns = columnsOf(kind);
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: options.metadata,
    // A watch says the columns once.
    columnDefinitions: options.withColumns
      ? columns.map(({ name, type, priority }) => ({
          name,
          type,
          format: name === "Name" ? "name" : "",
          description: name,
          priority,
        }))
      : null,
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, options.nowMs)),
      ...(options.include === "None" ? {} : { object: options.include === "Object" ? object : partial(object) }),
    })),
  };
}

function partial(object: ServedObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}

/** Whether a request wants a table, by its `Accept` header. */
export function wantsTable(accept: string | undefined): boolean {
  return (
    accept?.split(",").some((part) => part.includes("as=Table") && part.includes("v=v1;")) === true ||
    /as=Table;[^,]*v=v1(,|$)/.test(accept ?? "")
  );
}
