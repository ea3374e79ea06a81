import assert from "node:assert/strict";
import { MeshError } from "@fairlead/core";
import { isFieldConflict, isNotFound } from "../api-errors.ts";
import { setConditions } from "../conditions.ts";
import { resources } from "../resource-type.ts";
import { type BatteryCase, gatewayNamed, routeNamed } from "./battery-context.ts";

const ours = { fieldManager: "ours" };
const theirs = { fieldManager: "theirs" };

/** Server-side apply and the status subresource. */
export const applyCases: readonly BatteryCase[] = [
  {
    name: "apply creates, and applying the same again changes nothing",
    run: async ({ client, namespace }) => {
      const route = routeNamed(namespace, "r", ["a.example.com"]);
      const made = await client.apply(resources.httpRoutes, route, ours);
      assert.deepEqual(made.spec.hostnames, ["a.example.com"]);
      const [entry] = made.metadata.managedFields ?? [];
      assert.equal(entry?.manager, "ours");
      assert.equal(entry?.operation, "Apply");
      const again = await client.apply(resources.httpRoutes, route, ours);
      assert.equal(again.metadata.resourceVersion, made.metadata.resourceVersion);
    },
  },
  {
    name: "a field that is no longer applied is removed; one that others applied stays",
    run: async ({ client, namespace }) => {
      const head = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace, name: "c" } } as const;
      await client.apply(resources.configMaps, { ...head, data: { a: "1", b: "1" } }, ours);
      await client.apply(resources.configMaps, { ...head, data: { b: "1", c: "1" } }, theirs);
      const left = await client.apply(resources.configMaps, { ...head, data: {} }, ours);
      assert.deepEqual(left.data, { b: "1", c: "1" });
    },
  },
  {
    name: "a field of another manager is a conflict that names manager and field, and stays unless forced",
    run: async ({ client, namespace }) => {
      // Hosts alone: the server's defaults inside rules would count as a difference.
      const routeFor = (host: string) => ({ ...routeNamed(namespace, "r", []), spec: { hostnames: [host] } });
      await client.apply(resources.httpRoutes, routeFor("theirs.example.com"), theirs);
      const mine = routeFor("ours.example.com");
      await assert.rejects(client.apply(resources.httpRoutes, mine, ours), (error) => {
        assert.ok(error instanceof MeshError && isFieldConflict(error));
        assert.equal(error.code, "foreign_object");
        assert.match(error.public, /Apply failed with 1 conflict: conflict with "theirs": \.spec\.hostnames/);
        assert.deepEqual(
          error.fields.map((problem) => problem.field),
          ["spec.hostnames"],
        );
        return true;
      });
      const before = await client.get(resources.httpRoutes, { namespace, name: "r" });
      assert.deepEqual(before.spec.hostnames, ["theirs.example.com"]);
      const forced = await client.apply(resources.httpRoutes, mine, { ...ours, force: true });
      assert.deepEqual(forced.spec.hostnames, ["ours.example.com"]);
      // The field is ours now, so the other manager is the one that meets a conflict.
      const late = client.apply(resources.httpRoutes, routeFor("theirs.example.com"), theirs);
      await assert.rejects(late, isFieldConflict);
    },
  },
  {
    name: "a field the kind does not have is refused, and named",
    run: async ({ client, namespace }) => {
      const gateway = gatewayNamed(namespace, "g", ["http"]);
      const typo = { ...gateway, spec: { ...gateway.spec, listenrs: [] } };
      await assert.rejects(client.apply(resources.gateways, typo, ours), (error) => {
        assert.ok(error instanceof MeshError);
        assert.equal(error.code, "unknown_field");
        return error.fields[0]?.field === "spec.listenrs";
      });
      await assert.rejects(client.get(resources.gateways, { namespace, name: "g" }), isNotFound);
    },
  },
  {
    name: "two managers share a keyed list item by item",
    run: async ({ client, namespace }) => {
      await client.apply(resources.gateways, gatewayNamed(namespace, "g", ["a"]), ours);
      const [, second] = gatewayNamed(namespace, "g", ["a", "b"]).spec.listeners;
      assert.ok(second);
      const both = await client.apply(
        resources.gateways,
        { ...gatewayNamed(namespace, "g", []), spec: { gatewayClassName: "battery", listeners: [second] } },
        theirs,
      );
      assert.deepEqual(both.spec.listeners.map((listener) => listener.name).sort(), ["a", "b"]);
      const ourPort = {
        ...gatewayNamed(namespace, "g", ["c"]).spec.listeners[0],
        name: "c",
        port: 90,
        protocol: "HTTP",
      };
      const swapped = await client.apply(
        resources.gateways,
        { ...gatewayNamed(namespace, "g", []), spec: { gatewayClassName: "battery", listeners: [ourPort] } },
        ours,
      );
      assert.deepEqual(swapped.spec.listeners.map((listener) => listener.name).sort(), ["b", "c"]);
    },
  },
  {
    name: "an update takes fields over from who applied them",
    run: async ({ client, namespace }) => {
      const made = await client.apply(resources.httpRoutes, routeNamed(namespace, "r", ["a.example.com"]), ours);
      await client.update(resources.httpRoutes, { ...made, spec: { ...made.spec, hostnames: ["b.example.com"] } });
      const again = client.apply(resources.httpRoutes, routeNamed(namespace, "r", ["a.example.com"]), ours);
      await assert.rejects(again, isFieldConflict);
    },
  },
  {
    name: "the status is written apart from the spec, and neither write touches the other",
    run: async ({ client, namespace }) => {
      const gateway = gatewayNamed(namespace, "g", ["http"]);
      await assert.rejects(client.applyStatus(resources.gateways, gateway, ours), isNotFound);
      const made = await client.apply(
        resources.gateways,
        { ...gateway, status: { addresses: [{ value: "10.0.0.1" }] } },
        ours,
      );
      assert.equal(made.status?.addresses, undefined);
      const update = {
        type: "Accepted",
        status: "True",
        reason: "Accepted",
        message: "",
        observedGeneration: 1,
      } as const;
      const status = { conditions: setConditions([], [update], Date.now()), addresses: [{ value: "10.0.0.2" }] };
      const { apiVersion, kind, metadata } = gateway;
      const withStatus = await client.applyStatus(resources.gateways, { apiVersion, kind, metadata, status }, theirs);
      assert.deepEqual(withStatus.spec, made.spec);
      assert.equal(withStatus.metadata.generation, 1);
      assert.equal(withStatus.status?.conditions?.find((item) => item.type === "Accepted")?.status, "True");
      const respecced = await client.apply(resources.gateways, gatewayNamed(namespace, "g", ["http", "other"]), ours);
      assert.deepEqual(respecced.status, withStatus.status);
      assert.equal(respecced.metadata.generation, 2);
      const subresources = respecced.metadata.managedFields?.map((entry) => [entry.manager, entry.subresource]);
      assert.ok(subresources?.some(([manager, subresource]) => manager === "theirs" && subresource === "status"));
    },
  },
  {
    name: "a dry-run apply shows the outcome and its conflicts, and stores nothing",
    run: async ({ client, namespace }) => {
      const route = routeNamed(namespace, "r", ["a.example.com"]);
      const shown = await client.apply(resources.httpRoutes, route, { ...ours, dryRun: true });
      assert.deepEqual(shown.spec.hostnames, ["a.example.com"]);
      await assert.rejects(client.get(resources.httpRoutes, { namespace, name: "r" }), isNotFound);
      await client.apply(resources.httpRoutes, route, theirs);
      const other = routeNamed(namespace, "r", ["b.example.com"]);
      await assert.rejects(client.apply(resources.httpRoutes, other, { ...ours, dryRun: true }), isFieldConflict);
    },
  },
];
