import { join } from "node:path";
import { resources } from "@fairlead/kubernetes";
import { eventually, freePort, startProgram, tempDir } from "@fairlead/testkit";
import { expect, test } from "vitest";
import { TestApiServer } from "./testing/test-connector.ts";
import { TestHub } from "./testing/test-hub.ts";
import { keyOf, route } from "./testing/test-objects.ts";

const MAIN = join(import.meta.dirname, "main.ts");
const ROUTES = 120;

/** Whatever a crash interrupts, the cluster ends as the cloud says, and no deleted object comes back. */
test("killed again and again while the bundle changes, the connector ends where the cloud is", async () => {
  await using api = await TestApiServer.start();
  await using hub = await TestHub.start();
  await using directory = await tempDir("kill");
  const adminPort = await freePort();
  const start = () =>
    startProgram({
      command: process.execPath,
      args: [MAIN],
      env: {
        KUBECONFIG: api.kubeconfig,
        FAIRLEAD_CLOUD_URL: hub.url,
        FAIRLEAD_JOIN_TOKEN: "jt_good",
        FAIRLEAD_STATE_DIR: directory.path,
        FAIRLEAD_NODE_REPORT_LISTEN: "127.0.0.1:0",
        FAIRLEAD_ADMIN_PORT: `${adminPort}`,
        FAIRLEAD_LOG_LEVEL: "warn",
      },
    });
  const names = Array.from({ length: ROUTES }, (_, n) => `r${n}`);
  for (let round = 0; round < 4; round++) {
    const program = start();
    const sessions = hub.sessions;
    await eventually(() => expect(hub.sessions).toBeGreaterThan(sessions));
    for (const [n, name] of names.entries()) {
      const wanted = (n + round) % 3 === 0 ? undefined : route(name, `/${round}`);
      hub.write([[keyOf(route(name)), wanted]]);
      if (n % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await program.kill();
  }
  const last = start();
  await eventually(() => expect(hub.applied).toEqual(hub.cloud.revision), { timeoutMs: 20_000 });
  const { items } = await api.client.list(resources.httpRoutes);
  const found = items.map(({ metadata, spec }) => [metadata.name, spec.rules?.[0]?.matches?.[0]?.path?.value]);
  const wanted = names.filter((_, n) => (n + 3) % 3 !== 0).map((name) => [name, "/3"]);
  expect(found.sort()).toEqual(wanted.sort());
  expect((await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status).toBe(200);
  expect(await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()).toContain("fairlead_tunnel_connected 1");
  await last.stop();
  expect(await last.ended).toBe("exit code 0");
});
