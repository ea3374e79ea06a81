import { silentLog } from "@fairlead/core";
import { fromKubeconfig, KubernetesClient, resources } from "@fairlead/kubernetes";
import { eventually, kubeApiserverMissing, startKubeApiserver } from "@fairlead/testkit";
import { expect, test } from "vitest";
import { Operator } from "./operator.ts";
import { readSettings } from "./settings.ts";
import { gateway } from "./testing/objects.ts";

// The testkit's API server has the definitions of Gateway API v1.2, the study's, which lack fields of later ones.
test.skipIf(kubeApiserverMissing() !== undefined)(
  "classes and Gateways get their status where the definitions are older than we are",
  async () => {
    await using server = await startKubeApiserver();
    const connection = fromKubeconfig(server.kubeconfig);
    await using client = new KubernetesClient({ connection });
    const settings = readSettings({ FAIRLEAD_NAMESPACE: "default", FAIRLEAD_ADMIN_PORT: "0" });
    await using _operator = await Operator.start({ settings, log: silentLog, connection });
    await eventually(async () => {
      const { status } = await client.get(resources.gatewayClasses, { name: "fairlead" });
      expect(status?.conditions?.find(({ type }) => type === "Accepted")?.status).toBe("True");
    });
    await client.create(resources.gateways, gateway("edge"));
    await eventually(async () => {
      const { status } = await client.get(resources.gateways, { namespace: "default", name: "edge" });
      expect(status?.conditions?.find(({ type }) => type === "Accepted")?.status).toBe("True");
      expect(status?.listeners?.[0]?.conditions.find(({ type }) => type === "Programmed")).toBeDefined();
    });
  },
  60_000,
);
