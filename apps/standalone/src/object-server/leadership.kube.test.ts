import { KubernetesClient, LeaderElector } from "@fairlead/kubernetes";
import { eventually } from "@fairlead/testkit";
import { expect, test } from "vitest";
import { startTestServer } from "./test-server.ts";
import { startSilencer } from "./test-silencer.ts";

// Two leaders at once would fight over every status: who cannot renew must be gone before another may start.
test("a leader cut off from the server steps down before another takes over", async () => {
  await using t = await startTestServer();
  await using proxy = await startSilencer(t.server.port);
  await using cutOff = new KubernetesClient({
    connection: { ...t.connection, server: `http://127.0.0.1:${proxy.port}` },
  });
  const log: string[] = [];
  const stop = new AbortController();
  const elect = (client: KubernetesClient, identity: string) =>
    new LeaderElector({
      client,
      namespace: "default",
      name: "leader",
      identity,
      leaseDurationMs: 1000,
      renewDeadlineMs: 400,
      retryMs: 50,
    }).run(async (term) => {
      log.push(`${identity} leads`);
      await new Promise((resolve) => term.addEventListener("abort", resolve, { once: true }));
      log.push(`${identity} ends`);
    }, stop.signal);
  const first = elect(cutOff, "a");
  await eventually(() => expect(log).toEqual(["a leads"]));
  const second = elect(t.client, "b");
  proxy.silence();
  await eventually(() => expect(log).toEqual(["a leads", "a ends", "b leads"]));
  stop.abort();
  await Promise.all([first, second]);
});
