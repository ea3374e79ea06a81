import { OpenAPIHono } from "@hono/zod-openapi";
import { routes } from "./routes/index.ts";
import { gatewaySpec } from "./specs/gateway-spec.ts";
import { grpcRouteSpec } from "./specs/grpc-route-spec.ts";
import { httpRouteSpec } from "./specs/http-route-spec.ts";
import { ingressSpec } from "./specs/ingress-spec.ts";

/** The OpenAPI 3.1 document of the whole API, made from the routes. `src/gen/openapi.json` is this, committed. */
export function openApiDocument() {
  const app = new OpenAPIHono();
  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "An API token: fl_tok_…",
  });
  app.openAPIRegistry.register("GatewaySpec", gatewaySpec);
  app.openAPIRegistry.register("HTTPRouteSpec", httpRouteSpec);
  app.openAPIRegistry.register("GRPCRouteSpec", grpcRouteSpec);
  app.openAPIRegistry.register("IngressSpec", ingressSpec);
  for (const resource of Object.values(routes)) {
    for (const route of Object.values(resource)) app.openAPIRegistry.registerPath(route);
  }
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Fairlead",
      version: "1",
      license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    security: [{ bearer: [] }],
  });
}

/** The document as the committed file has it. */
export function renderOpenApi(): string {
  return `${JSON.stringify(openApiDocument(), null, 2)}\n`;
}
