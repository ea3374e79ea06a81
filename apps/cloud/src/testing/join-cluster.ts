import { eventually } from "@fairlead/testkit";
import type { TestApi } from "./test-api.ts";
import { TestConnector, type TestConnectorOptions } from "./test-connector.ts";

/** Makes a cluster, joins it with a fresh key and waits until its session is open. */
export async function joinCluster(
  api: TestApi,
  input: { readonly name: string; readonly labels?: Record<string, string> },
  options: Partial<TestConnectorOptions> = {},
): Promise<{ readonly cluster: string; readonly connector: TestConnector; readonly joinToken: string }> {
  const { body: cluster } = await api.post("/v1/clusters", input);
  const { body: join } = await api.post(`/v1/clusters/${cluster.id}/join-tokens`, {});
  const connector = new TestConnector({ url: join.tunnelUrl, joinToken: join.token, ...options });
  connector.connect();
  await eventually(() => {
    if (!connector.open) throw new Error(`not open: ${JSON.stringify(connector.ended)}`);
  });
  return { cluster: cluster.id, connector, joinToken: join.token };
}
