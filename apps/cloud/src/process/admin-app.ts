import type { Metrics } from "@fairlead/core";
import { Hono } from "hono";

/** What the process says about itself, on a port of its own. `ready` gives the reason why it is not. */
export function createAdminApp(metrics: Metrics, ready: () => Promise<string | undefined>): Hono {
  const app = new Hono();
  app.get("/metrics", async (c) => c.text(await metrics.expose()));
  app.get("/healthz", (c) => c.json({ status: "ok" }));
  app.get("/readyz", async (c) => {
    const reason = await ready();
    return reason === undefined ? c.json({ status: "ok" }) : c.json({ status: "unavailable", reason }, 503);
  });
  return app;
}
