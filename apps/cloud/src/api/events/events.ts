import { routes } from "@fairlead/contract";
import { parseRevision } from "@fairlead/core";
import type { ApiApp, ApiDeps } from "../api-env.ts";
import { findCaller } from "../http/authenticate.ts";

/** What changes, live: hints as server-sent events. */
export function registerEvents(app: ApiApp, deps: ApiDeps): void {
  app.openapi(routes.events.stream, async (c) => {
    const { "last-event-id": last } = c.req.valid("header");
    const { organization, token } = c.get("caller");
    const header = c.req.header("authorization");
    const body = await deps.events.open({
      organization,
      token,
      authorized: async () => (await findCaller(deps, header)) !== undefined,
      since: last === undefined ? undefined : parseRevision(last),
    });
    // The last one is for proxies that would gather the answer before they pass it on.
    const headers = { "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" };
    return new Response(body, { headers });
  });
}
