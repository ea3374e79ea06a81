import { createServer } from "node:http";
import { silentLog } from "@fairlead/core";
import { KubernetesClient, parseKubeconfig } from "@fairlead/kubernetes";
import { expect, test } from "vitest";
import { Informers } from "./informers.ts";

// Guarantee: a cluster without the Gateway API's definitions gets its Ingresses served all the same.
test("a kind the API does not serve holds nothing up", async () => {
  const asked = new Set<string>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const gone = url.pathname.startsWith("/apis/gateway.networking.k8s.io/");
    response.writeHead(gone ? 404 : 200, { "content-type": "application/json" });
    if (url.searchParams.has("watch")) return response.flushHeaders();
    asked.add(url.pathname);
    const items = url.pathname.endsWith("/services")
      ? [{ metadata: { name: "s", namespace: "default" }, spec: {} }]
      : [];
    const status = { apiVersion: "v1", kind: "Status", status: "Failure", reason: "NotFound", code: 404 };
    return response.end(JSON.stringify(gone ? status : { metadata: { resourceVersion: "1" }, items }));
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
  const told: string[] = [];
  const onChanges = (changes: readonly { readonly key: string }[]) => told.push(...changes.map(({ key }) => key));
  await using informers = new Informers({
    client,
    log: silentLog,
    onChanges,
    probeMs: 20,
    secretNamespaces: ["a", "b"],
  });
  await informers.start();
  informers.flush();
  expect(told).toEqual(["/Service/default/s"]);
  expect([...informers.keys()]).toEqual(["/Service/default/s"]);
  // Secrets of other namespaces are not even asked for: no right to list them all is needed.
  expect([...asked].filter((path) => path.endsWith("/secrets")).sort()).toEqual([
    "/api/v1/namespaces/a/secrets",
    "/api/v1/namespaces/b/secrets",
  ]);
  server.closeAllConnections();
  server.close();
});
