import { routes } from "@fairlead/contract";
import type { ApiApp, ApiDeps } from "../api-env.ts";
import { rollUp } from "./roll-up.ts";

/** How far everything has come, in one or all clusters. */
export function registerConvergence(app: ApiApp, deps: ApiDeps): void {
  app.openapi(routes.convergence.get, async (c) =>
    c.json(await rollUp(deps, c.get("caller").organization, c.req.valid("query"), c.req.raw.signal), 200),
  );
}
