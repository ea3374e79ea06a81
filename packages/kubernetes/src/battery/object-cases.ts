import assert from "node:assert/strict";
import { MeshError } from "@fairlead/core";
import { isAlreadyExists, isConflict, isNotFound, statusOf } from "../api-errors.ts";
import { resources } from "../resource-type.ts";
import { type BatteryCase, gatewayNamed, serviceNamed } from "./battery-context.ts";

/** Create, read, update, patch, delete. */
export const objectCases: readonly BatteryCase[] = [
  {
    name: "an object is what was created, plus the server's metadata, until it is deleted",
    run: async ({ client, namespace }) => {
      const made = await client.create(resources.services, serviceNamed(namespace, "a", { app: "a" }));
      assert.ok(made.metadata.uid);
      assert.ok(made.metadata.creationTimestamp);
      const read = await client.get(resources.services, { namespace, name: "a" });
      assert.deepEqual(read, made);
      assert.equal(read.spec?.ports?.[0]?.protocol, "TCP");
      await client.delete(resources.services, { namespace, name: "a" });
      await assert.rejects(client.get(resources.services, { namespace, name: "a" }), isNotFound);
    },
  },
  {
    name: "a missing object, a missing namespace and a taken name have errors of their own, in the server's words",
    run: async ({ client, namespace }) => {
      const absent = client.get(resources.gateways, { namespace, name: "absent" });
      await assert.rejects(absent, (error) => {
        assert.ok(error instanceof MeshError);
        assert.equal(error.code, "not_found");
        assert.equal(error.public, 'gateways.gateway.networking.k8s.io "absent" not found');
        return statusOf(error)?.reason === "NotFound";
      });
      await assert.rejects(client.create(resources.services, serviceNamed(`${namespace}-absent`, "a")), isNotFound);
      await client.create(resources.services, serviceNamed(namespace, "a"));
      await assert.rejects(client.create(resources.services, serviceNamed(namespace, "a")), isAlreadyExists);
    },
  },
  {
    name: "an update of a state that is no longer current is refused and changes nothing",
    run: async ({ client, namespace }) => {
      const first = await client.create(resources.services, serviceNamed(namespace, "a"));
      const second = await client.update(resources.services, {
        ...first,
        metadata: { ...first.metadata, labels: { step: "2" } },
      });
      const late = client.update(resources.services, {
        ...first,
        metadata: { ...first.metadata, labels: { step: "3" } },
      });
      await assert.rejects(
        late,
        (error) => isConflict(error) && error instanceof MeshError && error.code === "revision_mismatch",
      );
      assert.deepEqual(await client.get(resources.services, { namespace, name: "a" }), second);
    },
  },
  {
    name: "an object that breaks its schema is refused with the fields that do",
    run: async ({ client, namespace }) => {
      const { gatewayClassName: _, ...spec } = gatewayNamed(namespace, "a", ["http"]).spec;
      const broken = { ...gatewayNamed(namespace, "a", ["http"]), spec: { ...spec, gatewayClassName: "" } };
      await assert.rejects(client.create(resources.gateways, broken), (error) => {
        assert.ok(error instanceof MeshError);
        assert.equal(error.code, "invalid_field");
        return error.fields.some((problem) => problem.field === "spec.gatewayClassName");
      });
      await assert.rejects(client.get(resources.gateways, { namespace, name: "a" }), isNotFound);
    },
  },
  {
    name: "the generation counts changes of the spec alone",
    run: async ({ client, namespace }) => {
      const made = await client.create(resources.gateways, gatewayNamed(namespace, "a", ["http"]));
      assert.equal(made.metadata.generation, 1);
      const labelled = await client.patch(
        resources.gateways,
        { namespace, name: "a" },
        { metadata: { labels: { a: "b" } } },
      );
      assert.equal(labelled.metadata.generation, 1);
      assert.notEqual(labelled.metadata.resourceVersion, made.metadata.resourceVersion);
      const edited = await client.patch(
        resources.gateways,
        { namespace, name: "a" },
        { spec: { gatewayClassName: "other" } },
      );
      assert.equal(edited.metadata.generation, 2);
    },
  },
  {
    name: "a merge patch sets and removes fields",
    run: async ({ client, namespace }) => {
      await client.create(resources.services, serviceNamed(namespace, "a", { keep: "1", drop: "1" }));
      const patch = { metadata: { labels: { drop: null, add: "1" } } };
      const patched = await client.patch(resources.services, { namespace, name: "a" }, patch);
      assert.deepEqual(patched.metadata.labels, { keep: "1", add: "1" });
    },
  },
  {
    name: "a dry run answers as if it were done and stores nothing",
    run: async ({ client, namespace }) => {
      const made = await client.create(resources.services, serviceNamed(namespace, "a"), { dryRun: true });
      assert.equal(made.metadata.name, "a");
      await assert.rejects(client.get(resources.services, { namespace, name: "a" }), isNotFound);
      await client.create(resources.services, serviceNamed(namespace, "a"));
      await client.delete(resources.services, { namespace, name: "a" }, { dryRun: true });
      await client.get(resources.services, { namespace, name: "a" });
    },
  },
  {
    name: "a list in pages holds every object of the selection once, as of one moment",
    run: async ({ client, namespace }) => {
      for (let index = 0; index < 25; index++) {
        await client.create(resources.services, serviceNamed(namespace, `s${index}`, { parity: `${index % 2}` }));
      }
      const all = await client.list(resources.services, { namespace, pageSize: 10 });
      assert.equal(new Set(all.items.map((item) => item.metadata.name)).size, 25);
      assert.ok(all.items.every((item) => item.kind === "Service" && item.apiVersion === "v1"));
      assert.notEqual(all.resourceVersion, "");
      const odd = await client.list(resources.services, {
        namespace,
        labelSelector: "parity in (1),!absent",
        pageSize: 5,
      });
      assert.equal(odd.items.length, 12);
      const one = await client.list(resources.services, { namespace, fieldSelector: "metadata.name=s7" });
      assert.deepEqual(
        one.items.map((item) => item.metadata.name),
        ["s7"],
      );
    },
  },
  {
    name: "a delete with preconditions leaves any other object alone",
    run: async ({ client, namespace }) => {
      const made = await client.create(resources.services, serviceNamed(namespace, "a"));
      const other = client.delete(resources.services, { namespace, name: "a" }, { preconditions: { uid: "another" } });
      await assert.rejects(other, isConflict);
      const { uid = "" } = made.metadata;
      await client.delete(resources.services, { namespace, name: "a" }, { preconditions: { uid } });
    },
  },
  {
    name: "an object with a finalizer is marked, and goes when the finalizer does",
    run: async ({ client, namespace }) => {
      const service = serviceNamed(namespace, "a");
      const finalizers = ["fairlead.dev/battery"];
      await client.create(resources.services, { ...service, metadata: { ...service.metadata, finalizers } });
      await client.delete(resources.services, { namespace, name: "a" });
      const marked = await client.get(resources.services, { namespace, name: "a" });
      assert.ok(marked.metadata.deletionTimestamp);
      await client.patch(resources.services, { namespace, name: "a" }, { metadata: { finalizers: null } });
      await assert.rejects(client.get(resources.services, { namespace, name: "a" }), isNotFound);
    },
  },
  {
    name: "an object goes after its only owner went",
    run: async ({ client, namespace, eventually }) => {
      const owner = await client.create(resources.gateways, gatewayNamed(namespace, "owner", ["http"]));
      const { apiVersion, kind } = owner;
      const ownerReferences = [{ apiVersion, kind, name: "owner", uid: owner.metadata.uid ?? "" }];
      const service = serviceNamed(namespace, "owned");
      await client.create(resources.services, { ...service, metadata: { ...service.metadata, ownerReferences } });
      await client.delete(resources.gateways, { namespace, name: "owner" });
      await eventually("the owned service is gone", async () => {
        const { items } = await client.list(resources.services, { namespace });
        return items.length === 0;
      });
    },
  },
];
