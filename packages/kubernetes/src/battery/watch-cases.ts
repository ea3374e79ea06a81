import assert from "node:assert/strict";
import type { Service } from "@fairlead/kubernetes-types";
import { isExpired } from "../api-errors.ts";
import { resources } from "../resource-type.ts";
import type { WatchEvent } from "../watch-event.ts";
import { type BatteryCase, serviceNamed } from "./battery-context.ts";

/** Watches. */
export const watchCases: readonly BatteryCase[] = [
  {
    name: "a watch tells every change after its resourceVersion once and in order, and resumes anywhere",
    run: async ({ client, namespace, eventually }) => {
      await client.create(resources.services, serviceNamed(namespace, "before"));
      const { resourceVersion } = await client.list(resources.services, { namespace });
      await client.create(resources.services, serviceNamed(namespace, "a"));
      const stop = new AbortController();
      const seen: string[] = [];
      const versions: string[] = [];
      const note = (event: WatchEvent<Service>) => {
        if (event.type === "BOOKMARK") return;
        seen.push(`${event.type} ${event.object.metadata.name}`);
        versions.push(event.object.metadata.resourceVersion ?? "");
      };
      const watching = client.watch(resources.services, { namespace, resourceVersion, signal: stop.signal }, note);
      await eventually("what was missed is told", () => seen.length === 1);
      await client.patch(resources.services, { namespace, name: "a" }, { metadata: { labels: { x: "y" } } });
      await client.delete(resources.services, { namespace, name: "a" });
      await eventually("what happens is told", () => seen.length === 3);
      stop.abort();
      await assert.rejects(watching, (error) => error === stop.signal.reason);
      assert.deepEqual(seen, ["ADDED a", "MODIFIED a", "DELETED a"]);
      const again: string[] = [];
      const options = { namespace, resourceVersion: versions[0] ?? "", timeoutSeconds: 1 };
      await client.watch(resources.services, options, (event) => {
        if (event.type !== "BOOKMARK") again.push(`${event.type} ${event.object.metadata.name}`);
      });
      assert.deepEqual(again, ["MODIFIED a", "DELETED a"]);
    },
  },
  {
    name: "a watch of a selection sees objects come into it and leave it",
    run: async ({ client, namespace, eventually }) => {
      const { resourceVersion } = await client.list(resources.services, { namespace });
      const stop = new AbortController();
      const seen: string[] = [];
      const options = { namespace, resourceVersion, labelSelector: "in=yes", signal: stop.signal };
      const watching = client.watch(resources.services, options, (event) => {
        if (event.type !== "BOOKMARK") seen.push(event.type);
      });
      const set = (value: string) =>
        client.patch(resources.services, { namespace, name: "a" }, { metadata: { labels: { in: value } } });
      await client.create(resources.services, serviceNamed(namespace, "a", { in: "no" }));
      await set("yes");
      await set("no");
      await set("yes");
      await client.delete(resources.services, { namespace, name: "a" });
      await eventually("all changes are told", () => seen.length === 4);
      stop.abort();
      await watching.catch(() => {});
      assert.deepEqual(seen, ["ADDED", "DELETED", "ADDED", "DELETED"]);
    },
  },
  {
    name: "a watch from a forgotten resourceVersion says that it is expired",
    run: async ({ client, namespace }) => {
      const watching = client.watch(
        resources.services,
        { namespace, resourceVersion: "1", timeoutSeconds: 5 },
        () => {},
      );
      await assert.rejects(watching, isExpired);
    },
  },
  {
    name: "a watch ends by itself after timeoutSeconds",
    run: async ({ client, namespace }) => {
      const { resourceVersion } = await client.list(resources.services, { namespace });
      const began = Date.now();
      await client.watch(resources.services, { namespace, resourceVersion, timeoutSeconds: 1 }, () => {});
      assert.ok(Date.now() - began >= 900);
    },
  },
];
