import type { HTTPRoute, ParentReference, RouteParentStatus } from "@fairlead/kubernetes-types";
import type { HttpRouteView, ParentOutcome } from "../route/routes.ts";
import { negative, positive, type Verdict } from "../verdict.ts";
import { type ConditionDraft, condition } from "./condition.ts";

/** Status of an HTTPRoute; entries of ours are without times. */
export interface HttpRouteStatusDraft {
  /** Entries of other controllers, as they are, then ours in the order of the spec. */
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

export interface HttpRouteStatusOptions {
  /** Controllers whose entries are ours, to be replaced or removed. */
  readonly controllers: readonly string[];
  readonly findings: readonly RouteFinding[];
}

/** What to write into the status of an HTTPRoute; `view` undefined: no parent of it is ours (any more). */
export function httpRouteStatus(
  route: HTTPRoute,
  view: HttpRouteView | undefined,
  { controllers, findings }: HttpRouteStatusOptions,
): HttpRouteStatusDraft {
  const foreign = (route.status?.parents ?? []).filter(({ controllerName }) => !controllers.includes(controllerName));
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
  return { parents: [...foreign, ...ours] };
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
