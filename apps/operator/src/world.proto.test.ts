import { createServer } from "node:http";
import { silentLog } from "@fairlead/core";
import { KubernetesClient, parseKubeconfig } from "@fairlead/kubernetes";
import { controllerClasses, MeshIndex } from "@fairlead/mesh-model";
import { expect, test } from "vitest";
import { World } from "./world.ts";

// Guarantee: the operator is ready on a cluster without the Gateway API, and asks for no Secrets but those it may read.
test("a kind the API does not serve holds nothing up, and Secrets are listed by namespace", async () => {
  const asked = new Set<string>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    asked.add(url.pathname);
    const gone = url.pathname.startsWith("/apis/gateway.networking.k8s.io/");
    response.writeHead(gone ? 404 : 200, { "content-type": "application/json" });
    if (url.searchParams.has("watch")) return response.flushHeaders();
    const status = { apiVersion: "v1", kind: "Status", status: "Failure", reason: "NotFound", code: 404 };
    return response.end(JSON.stringify(gone ? status : { metadata: { resourceVersion: "1" }, items: [] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const connection = parseKubeconfig(
    JSON.stringify({
      "current-context": "c",
      contexts: [{ name: "c", context: { cluster: "c" } }],
      clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}` } }],
    }),
  );
  await using client = new KubernetesClient({ connection });
  const index = new MeshIndex({ classes: controllerClasses() });
  await using world = new World({ client, index, log: silentLog, secretNamespaces: ["default"], probeMs: 20 });
  await world.start();
  expect(world.isSynced).toBe(true);
  expect([...asked].filter((path) => path.endsWith("/secrets"))).toEqual(["/api/v1/namespaces/default/secrets"]);
  server.closeAllConnections();
  server.close();
});
