import type { MatchOptions, Route } from "@fairlead/mesh-model";
import { routeFindings } from "./route-findings.ts";

/** What becomes of a route that Envoy would refuse, as the matcher asks for it (`MatchOptions.judge`). */
export function judgeRoute(route: Route): ReturnType<NonNullable<MatchOptions["judge"]>> {
  const { match, action } = routeFindings(route);
  if (match.length > 0) return "left-out";
  return action.length > 0 ? "broken" : "served";
}
