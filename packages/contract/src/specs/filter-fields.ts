import type { z } from "@hono/zod-openapi";
import { strictObject } from "../strict-object.ts";
import { apiGroup, objectKind, objectName } from "./kubernetes-names.ts";

/** What an ExtensionRef points at. */
export const extensionReference = strictObject({ group: apiGroup, kind: objectKind, name: objectName });

/** Refuses a filter whose `type` lacks its field or has that of another; `fieldOfType` says which belongs to which. */
export function checkFilterFields(fieldOfType: Readonly<Record<string, string>>) {
  return (filter: { readonly type: string }, context: z.RefinementCtx): void => {
    for (const [type, field] of Object.entries(fieldOfType)) {
      const isGiven = Reflect.get(filter, field) !== undefined;
      const say = (message: string) => context.addIssue({ code: "custom", path: [field], message });
      if (type === filter.type && !isGiven) say(`is required for type ${type}`);
      if (type !== filter.type && isGiven) say(`must be absent for type ${filter.type}`);
    }
  };
}

/** Refuses a second filter of a type that makes sense once only. */
export function checkRepeats(once: readonly string[]) {
  return (filters: readonly { readonly type: string }[], context: z.RefinementCtx): void => {
    const first = new Map<string, number>();
    for (const [index, { type }] of filters.entries()) {
      const earlier = first.get(type);
      if (earlier !== undefined && once.includes(type)) {
        const message = `${type} must not be repeated; it is at [${earlier}] already`;
        context.addIssue({ code: "custom", path: [index], message });
      }
      first.set(type, earlier ?? index);
    }
  };
}
