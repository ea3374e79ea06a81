import { type Connection, KubernetesClient, parseKubeconfig } from "@fairlead/kubernetes";
import {
  type ObjectServer,
  type ObjectServerOptions,
  objectServerKubeconfig,
  startObjectServer,
} from "./start-object-server.ts";

/** The token tests use. */
export const TEST_TOKEN = "test-token";

/** An object server with a client, for a test. */
export interface TestServer extends AsyncDisposable {
  readonly server: ObjectServer;
  readonly client: KubernetesClient;
  readonly connection: Connection;
  /** A request as any program would send it. */
  readonly send: (
    method: string,
    path: string,
    body?: string,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Response>;
}

/** Starts an object server that knows {@link TEST_TOKEN}. */
export async function startTestServer(options: Partial<ObjectServerOptions> = {}): Promise<TestServer> {
  const server = await startObjectServer({ tokens: [{ token: TEST_TOKEN, username: "test" }], ...options });
  const connection = parseKubeconfig(objectServerKubeconfig({ url: server.url, token: TEST_TOKEN }));
  const client = new KubernetesClient({ connection });
  return {
    server,
    client,
    connection,
    send: (method, path, body, headers) =>
      fetch(`${server.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${TEST_TOKEN}`, "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body }),
      }),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
