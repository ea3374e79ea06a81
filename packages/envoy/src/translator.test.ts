import type { HostTable, MeshModel } from "@fairlead/mesh-model";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { EnvoyResource, ResourceKey } from "./resource.ts";
import { backend, chain, forward, route, socket, table, to } from "./testing/model.ts";
import { translateModel } from "./translate.ts";
import { type EnvoyChange, type ModelChange, Translator } from "./translator.ts";
import { TYPE_URL } from "./type-url.ts";

const keyText = ({ typeUrl, name }: ResourceKey) => `${typeUrl} ${name}`;
const none = { upserts: [], removals: [] };
const unchanged: ModelChange = { sockets: none, tables: none, backends: none, certificates: none };

/** What Envoy holds after a change. */
function merge(held: ReadonlyMap<string, EnvoyResource>, change: EnvoyChange): Map<string, EnvoyResource> {
  const next = new Map(held);
  for (const key of change.removals) next.delete(keyText(key));
  for (const resource of change.upserts) next.set(keyText(resource), resource);
  return next;
}

// Whatever the way to a model, Envoy holds what the model alone would give it: nothing is left behind or forgotten.
it("change by change comes to the same as all at once", () => {
  const hosts = ["*", "*.example", "*.a.example", "a.example"];
  const name = fc.record({ chain: fc.constantFrom("ns/one/80", "ns/two/80"), host: fc.constantFrom(...hosts) });
  const step = fc.record({ name, present: fc.boolean(), weight: fc.integer({ min: 1, max: 3 }) });
  fc.assert(
    fc.property(fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 8 }), (batches) => {
      const translator = new Translator();
      const tables = new Map<string, HostTable>();
      let held = new Map<string, EnvoyResource>();
      for (const batch of batches) {
        const latest = new Map(batch.map((item) => [`${item.name.chain}|${item.name.host}`, item]));
        const upserts: HostTable[] = [];
        const removals: string[] = [];
        for (const [key, item] of latest) {
          const action = forward([to("a", item.weight), to("b", 1)]);
          const made = table(item.name.chain, item.name.host, [route(action, { name: "r" })]);
          if (item.present) {
            tables.set(key, made);
            upserts.push(made);
          } else if (tables.delete(key)) {
            removals.push(key);
          }
        }
        held = merge(held, translator.apply({ ...unchanged, tables: { upserts, removals } }));
      }
      const model: MeshModel = { sockets: [], tables: [...tables.values()], backends: [], certificates: [] };
      expect([...held.values()].sort((a, b) => (keyText(a) < keyText(b) ? -1 : 1))).toEqual(
        translateModel(model).resources,
      );
    }),
  );
});

it("an edit of a table gives that table's resources and no others", () => {
  const translator = new Translator();
  const tables = ["a", "b", "c"].map((host) => table("ns/gw/80", `${host}.example`, []));
  translator.apply({ ...unchanged, tables: { upserts: tables, removals: [] } });
  const edited = table("ns/gw/80", "b.example", [route(forward([to("x")]))]);
  const { upserts, removals } = translator.apply({ ...unchanged, tables: { upserts: [edited], removals: [] } });
  expect(upserts.map(({ name }) => name)).toEqual([edited.name, edited.name]);
  expect(removals).toEqual([]);
});

it("what a resource needs first is named", () => {
  const { resources } = translateModel({
    sockets: [socket(443, [chain("ns/gw/tls", { tls: { certificates: ["ns/cert"] } })])],
    tables: [table("ns/gw/tls", "*", [route(forward([to("ns/a:80"), to("ns/zero:80", 0), to(undefined)]))])],
    backends: [backend("ns/a:80", [1])],
    certificates: [],
  });
  const requires = (typeUrl: string, name: string) =>
    resources.find((resource) => resource.typeUrl === typeUrl && resource.name === name)?.requires;
  const endpoints = { typeUrl: TYPE_URL.endpoints, name: "ns/a:80" };
  expect(requires(TYPE_URL.endpoints, "ns/a:80")).toEqual([{ typeUrl: TYPE_URL.cluster, name: "ns/a:80" }]);
  expect(requires(TYPE_URL.route, "ns/gw/tls|*")).toEqual([endpoints]);
  expect(requires(TYPE_URL.scope, "ns/gw/tls|*")).toEqual([
    endpoints,
    { typeUrl: TYPE_URL.route, name: "ns/gw/tls|*" },
  ]);
  expect(requires(TYPE_URL.listener, "127.0.0.1:443")).toEqual([{ typeUrl: TYPE_URL.secret, name: "ns/cert" }]);
  expect(requires(TYPE_URL.scope, "ns/gw/tls")).toEqual([{ typeUrl: TYPE_URL.route, name: "ns/gw/tls" }]);
});
