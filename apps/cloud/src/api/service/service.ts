import { openApiDocument, routes } from "@fairlead/contract";
import { getOrganization } from "@fairlead/database";
import type { ApiApp, ApiDeps } from "../api-env.ts";

/** Who am I, the OpenAPI document, and whether the API can answer. */
export function registerService(app: ApiApp, deps: ApiDeps): void {
  const document = JSON.stringify(openApiDocument());

  app.openapi(routes.service.whoami, async (c) => {
    const { organization, token, name } = c.get("caller");
    const found = await deps.database.withTenant(organization, (tx) => getOrganization(tx));
    return c.json({ organization: { id: found.id, name: found.name }, token: { id: token, name } }, 200);
  });

  app.openapi(routes.service.openapi, (c) => c.json(JSON.parse(document), 200));

  app.openapi(routes.service.healthz, (c) => c.json({ status: "ok" as const }, 200));
}
