import assert from "node:assert/strict";
import { type Gateway, objectKey } from "@fairlead/kubernetes-types";
import { isConditionTrue, setCondition } from "../conditions.ts";
import { Controller, watches } from "../controller.ts";
import { LeaderElector } from "../leader-elector.ts";
import { Reflector } from "../reflector.ts";
import { resources } from "../resource-type.ts";
import { type BatteryCase, gatewayNamed, routeNamed, serviceNamed } from "./battery-context.ts";

/** What programs are built of: reflector, controller, leader election. */
export const programCases: readonly BatteryCase[] = [
  {
    name: "a reflector holds what the server holds, by key and by index",
    run: async ({ client, namespace, eventually }) => {
      for (const name of ["a", "b", "c"]) {
        await client.create(resources.services, serviceNamed(namespace, name, { app: name === "c" ? "y" : "x" }));
      }
      await using reflector = new Reflector({
        client,
        resource: resources.services,
        namespace,
        pageSize: 2,
        indexes: { app: (service) => [service.metadata.labels?.app ?? ""] },
      }).start();
      const { store } = reflector;
      await store.synced;
      assert.equal(store.size, 3);
      assert.equal(store.by("app", "x").length, 2);
      assert.equal(store.get(`/Service/${namespace}/a`)?.metadata.managedFields, undefined);
      await client.patch(resources.services, { namespace, name: "a" }, { metadata: { labels: { app: "y" } } });
      await client.delete(resources.services, { namespace, name: "b" });
      await eventually("the changes arrive", () => store.size === 2 && store.by("app", "y").length === 2);
      assert.deepEqual(store.by("app", "x"), []);
    },
  },
  {
    name: "a controller makes the status right for every object and after every change, and then rests",
    run: async ({ client, namespace, eventually }) => {
      await client.create(resources.gateways, gatewayNamed(namespace, "g", ["http"]));
      await using gateways = new Reflector({ client, resource: resources.gateways, namespace }).start();
      await using routes = new Reflector({ client, resource: resources.httpRoutes, namespace }).start();
      let runs = 0;
      await using controller = new Controller<Gateway>({
        name: "battery",
        store: gateways.store,
        watches: [watches(routes.store, () => gateways.store.keys())],
        reconcile: async (key) => {
          runs++;
          const gateway = gateways.store.get(key);
          if (gateway === undefined) return undefined;
          const message = `${routes.store.size} routes`;
          const { generation = 0, name } = gateway.metadata;
          const update = {
            type: "Accepted",
            status: "True",
            reason: "Accepted",
            message,
            observedGeneration: generation,
          } as const;
          const conditions = setCondition(gateway.status?.conditions, update, Date.now());
          if (conditions === gateway.status?.conditions) return undefined;
          const { apiVersion, kind } = gateway;
          const body = { apiVersion, kind, metadata: { namespace, name }, status: { conditions } };
          await client.applyStatus(resources.gateways, body, { fieldManager: "battery", force: true });
          return undefined;
        },
      });
      await controller.start();
      const accepted = async (generation: number, message: string) => {
        const gateway = await client.get(resources.gateways, { namespace, name: "g" });
        const { conditions } = gateway.status ?? {};
        return (
          isConditionTrue(conditions, "Accepted", generation) && conditions?.some((item) => item.message === message)
        );
      };
      await eventually("the first status is there", () => accepted(1, "0 routes"));
      await client.create(resources.httpRoutes, routeNamed(namespace, "r", ["a.example.com"]));
      await eventually("the route is counted", () => accepted(1, "1 routes"));
      await client.patch(resources.gateways, { namespace, name: "g" }, { spec: { gatewayClassName: "other" } });
      await eventually("the new generation is observed", () => accepted(2, "1 routes"));
      await controller.idle();
      assert.ok(runs <= 12, `reconciled ${runs} times`);
      assert.ok(gateways.store.get(objectKey(gatewayNamed(namespace, "g", []))));
    },
  },
  {
    name: "of two candidates one leads, and the other takes over when it gives up",
    run: async ({ client, namespace, eventually }) => {
      const log: string[] = [];
      const elect = (identity: string, stop: AbortController) =>
        new LeaderElector({ client, namespace, name: "battery", identity, retryMs: 20 }).run(async (term) => {
          log.push(`${identity} leads`);
          await new Promise((resolve) => term.addEventListener("abort", resolve, { once: true }));
          log.push(`${identity} ends`);
        }, stop.signal);
      const [stopA, stopB] = [new AbortController(), new AbortController()];
      const a = elect("a", stopA);
      await eventually("the first candidate leads", () => log.length === 1);
      const b = elect("b", stopB);
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert.deepEqual(log, ["a leads"]);
      stopA.abort();
      await a;
      await eventually("the second candidate leads", () => log.length === 3);
      stopB.abort();
      await b;
      assert.deepEqual(log, ["a leads", "a ends", "b leads", "b ends"]);
      const lease = await client.get(resources.leases, { namespace, name: "battery" });
      assert.equal(lease.spec?.leaseTransitions, 1);
    },
  },
];
