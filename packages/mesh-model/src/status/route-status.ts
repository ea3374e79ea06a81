import { isDeepStrictEqual } from "node:util";
import {
  GATEWAY_GROUP,
  type GRPCRoute,
  type HTTPRoute,
  type ParentReference,
  type RouteParentStatus,
} from "@fairlead/kubernetes-types";
import type { ParentOutcome, RouteView } from "../route/routes.ts";
import { negative, positive, type Verdict } from "../verdict.ts";
import { type ConditionDraft, condition } from "./condition.ts";

/** Status of a route; entries of ours are without times. */
export interface RouteStatusDraft {
  /**
   * Entries of other controllers, untouched, and ours. Whoever was there keeps the place: two controllers that each
   * sorted the list their way would rewrite it for ever.
   */
  readonly parents: readonly (RouteParentStatus | ParentStatusDraft)[];
}

/** An entry of ours. */
export interface ParentStatusDraft {
  readonly parentRef: ParentReference;
  readonly controllerName: string;
  readonly conditions: readonly ConditionDraft[];
}

/** Something in a route that the proxy would refuse. */
export interface RouteFinding {
  /** Path of the field. */
  readonly field: string;
  readonly value: string;
  readonly reason: string;
}

export interface RouteStatusOptions {
  /** Controllers whose entries are ours, to be replaced or removed. */
  readonly controllers: readonly string[];
  readonly findings: readonly RouteFinding[];
}

/** What to write into the status of a route; `view` undefined: no parent of it is ours (any more). */
export function routeStatus(
  route: HTTPRoute | GRPCRoute,
  view: RouteView | undefined,
  { controllers, findings }: RouteStatusOptions,
): RouteStatusDraft {
  const ours = (view?.parents ?? []).flatMap((parent): ParentStatusDraft[] => {
    const parentRef = route.spec.parentRefs?.[parent.index];
    if (view === undefined || parentRef === undefined) return [];
    return [
      {
        parentRef,
        controllerName: parent.controller,
        conditions: [
          condition(route, "Accepted", parent.accepted),
          condition(route, "ResolvedRefs", view.resolvedRefs),
          condition(route, "Programmed", judgeProgrammed(parent, findings)),
        ],
      },
    ];
  });
  const present = (route.status?.parents ?? []).flatMap((entry): (RouteParentStatus | ParentStatusDraft)[] => {
    if (!controllers.includes(entry.controllerName)) return [entry];
    const index = ours.findIndex((draft) => isSameParent(draft, entry));
    return index < 0 ? [] : ours.splice(index, 1);
  });
  return { parents: [...present, ...ours] };
}

/** Whether two entries are about the same parent, said by the same controller. */
export function isSameParent(
  a: Pick<RouteParentStatus, "controllerName" | "parentRef">,
  b: Pick<RouteParentStatus, "controllerName" | "parentRef">,
): boolean {
  return (
    a.controllerName === b.controllerName && isDeepStrictEqual(fullReference(a.parentRef), fullReference(b.parentRef))
  );
}

// The API server fills in group and kind in the spec; a status written earlier may lack them.
function fullReference({ group = GATEWAY_GROUP, kind = "Gateway", ...rest }: ParentReference): ParentReference {
  return { group, kind, ...rest };
}

function judgeProgrammed(parent: ParentOutcome, findings: readonly RouteFinding[]): Verdict {
  if (findings.length > 0) {
    const texts = findings.map(({ field, value, reason }) => `${field}: ${JSON.stringify(shorten(value))} ${reason}`);
    return negative("ProxyRejected", shorten(texts.join("; "), 4_096));
  }
  if (parent.accepted.status !== "True") return negative("Invalid", "Route not accepted");
  return positive("Programmed", "Route programmed");
}

function shorten(text: string, limit = 256): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
