import { newId, routes, validationError } from "@fairlead/contract";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { ApiApp, ApiDeps, ApiEnv } from "./api-env.ts";
import { registerCertificates } from "./certificates/certificates.ts";
import { registerClusters } from "./clusters/clusters.ts";
import { registerConvergence } from "./convergence/roll-ups.ts";
import { registerDrift } from "./drift/drift.ts";
import { registerEvents } from "./events/events.ts";
import { authenticate } from "./http/authenticate.ts";
import { checkJson, limitBody } from "./http/json-body.ts";
import { operationNames } from "./http/operation-names.ts";
import { notFound, problemResponse } from "./http/problem-response.ts";
import { registerIntents } from "./intents/intents.ts";
import { registerJoinTokens } from "./join-tokens/join-tokens.ts";
import { registerOrganizations } from "./organizations/organizations.ts";
import { registerPlans } from "./plans/plans.ts";
import { registerProjects } from "./projects/projects.ts";
import { registerRevisions } from "./revisions/revisions.ts";
import { registerRouteMatch } from "./route-match/route-match.ts";
import { registerService } from "./service/service.ts";
import { registerTokens } from "./tokens/tokens.ts";
import { registerTopology } from "./topology/topology.ts";

/** The REST API as a runtime-neutral application: `app.fetch(request)` is all a server has to call. */
export function createApi(deps: ApiDeps): ApiApp {
  const app = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw validationError(result.error, result.target, given(result));
    },
  });
  const nameOf = operationNames();
  app.onError((error, c) => problemResponse(error, c, deps.log));
  app.notFound((c) => problemResponse(notFound(), c, deps.log));
  app.use(async (c, next) => {
    // Ids are ours alone: one that came from outside could be made to look like another request's.
    c.set("requestId", newId("tok").replace("tok_", "req_"));
    const startedAt = performance.now();
    await next();
    c.res.headers.set("x-request-id", c.get("requestId"));
    const seconds = (performance.now() - startedAt) / 1000;
    deps.meter.observe(nameOf(c.req.method, c.req.path), c.res.status, seconds);
  });
  app.use("/v1/*", authenticate(deps), limitBody, checkJson);

  registerService(app, deps);
  registerOrganizations(app, deps);
  registerProjects(app, deps);
  registerClusters(app, deps);
  registerCertificates(app, deps);
  registerDrift(app, deps);
  registerTopology(app, deps);
  registerJoinTokens(app, deps);
  registerTokens(app, deps);
  registerIntents(app, deps, "gw", "Gateway", routes.gateways);
  registerIntents(app, deps, "rt", "HTTPRoute", routes.httpRoutes);
  registerIntents(app, deps, "grt", "GRPCRoute", routes.grpcRoutes);
  registerIntents(app, deps, "ing", "Ingress", routes.ingresses);
  registerPlans(app, deps);
  registerRevisions(app, deps);
  registerConvergence(app, deps);
  registerEvents(app, deps);
  registerRouteMatch(app, deps);
  return app;
}

// The validator hands its hook the value it checked, which its type does not say.
function given(result: object): unknown {
  return "data" in result ? result.data : undefined;
}
