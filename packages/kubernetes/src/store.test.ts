import type { Service } from "@fairlead/kubernetes-types";
import { describe, expect, test } from "vitest";
import { Store, type StoreChange } from "./store.ts";

const service = (name: string, resourceVersion: string, app: string): Service => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { namespace: "n", name, uid: name, resourceVersion, labels: { app } },
});

const shown = (changes: readonly StoreChange<Service>[]) =>
  changes.map(({ key, object, previous }) => [
    key,
    previous?.metadata.resourceVersion ?? "-",
    object?.metadata.resourceVersion ?? "-",
  ]);

describe("store", () => {
  test("a new list tells only what is really different, in one batch", () => {
    const store = new Store<Service>({ indexes: { app: (object) => [object.metadata.labels?.app ?? ""] } });
    store.replace([service("a", "1", "x"), service("b", "2", "x"), service("c", "3", "y")]);
    const batches: string[][][] = [];
    store.subscribe((changes) => batches.push(shown(changes)));
    store.replace([service("a", "1", "x"), service("b", "4", "y"), service("d", "5", "x")]);
    expect(batches[1]).toEqual([
      ["/Service/n/b", "2", "4"],
      ["/Service/n/d", "-", "5"],
      ["/Service/n/c", "3", "-"],
    ]);
    expect(store.by("app", "x").map((object) => object.metadata.name)).toEqual(["a", "d"]);
    expect(store.by("app", "y").map((object) => object.metadata.name)).toEqual(["b"]);
  });

  test("who subscribes late first gets what is there; the same version again is no change", () => {
    const store = new Store<Service>();
    store.upsert(service("a", "1", "x"));
    const batches: string[][][] = [];
    const stop = store.subscribe((changes) => batches.push(shown(changes)));
    store.upsert(service("a", "1", "x"));
    store.remove("/Service/n/absent");
    store.remove("/Service/n/a");
    stop();
    store.upsert(service("a", "2", "x"));
    expect(batches).toEqual([[["/Service/n/a", "-", "1"]], [["/Service/n/a", "1", "-"]]]);
  });

  test("it is synced from the first complete list on, even an empty one", async () => {
    const store = new Store<Service>();
    store.upsert(service("a", "1", "x"));
    expect(store.isSynced).toBe(false);
    store.replace([]);
    await store.synced;
    expect(store.size).toBe(0);
  });
});
