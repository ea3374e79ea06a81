import type { KubernetesObject } from "@fairlead/kubernetes-types";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MeshDelta, ObjectChange, PieceDelta } from "./delta.ts";
import { MeshIndex } from "./mesh-index.ts";
import type { MeshModel } from "./model.ts";
import { controllerClasses, type MeshSettings } from "./settings.ts";
import { additions } from "./testing/load-objects.ts";
import { anyChange, anyObject } from "./testing/random-objects.ts";

const classes = controllerClasses();
const onNodes = {
  gateways: { matchLabels: {} },
  ingresses: { matchLabels: { edge: "yes" }, sharedListenerPort: 443 },
};
const variants: { readonly name: string; readonly settings: MeshSettings }[] = [
  { name: "given addresses", settings: { classes } },
  { name: "the addresses of a node", settings: { classes, hostNetwork: { ...onNodes, nodes: { name: "n1" } } } },
  { name: "the addresses of ready nodes", settings: { classes, hostNetwork: { ...onNodes, nodes: "ready" } } },
];
// Most of the world in place, so that changes meet something.
const world = fc.array(anyObject, { minLength: 20, maxLength: 60 });
const batches = fc.array(fc.array(anyChange, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });

describe.each(variants)("MeshIndex with listeners on $name", ({ settings }) => {
  test("the model depends on the objects alone, never on their history or order", () => {
    fc.assert(
      fc.property(world, batches, fc.infiniteStream(fc.nat()), (initial, changes, dice) => {
        const index = new MeshIndex(settings);
        index.apply(additions(initial));
        const objects = new Map<string, KubernetesObject>();
        for (const change of [additions(initial), ...changes].flat()) keep(objects, change);
        for (const batch of changes) index.apply(batch);
        const order = new Map([...objects.keys()].map((key) => [key, dice.next().value]));
        const shuffled = [...objects].sort(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
        const fresh = new MeshIndex(settings);
        fresh.apply(shuffled.map(([key, object]) => ({ key, object })));
        expect(index.model()).toEqual(fresh.model());
        for (const key of objects.keys()) expect(views(index, key)).toEqual(views(fresh, key));
      }),
      { numRuns: 150 },
    );
  });

  test("the deltas add up to the model, and touch every source of what they change", () => {
    fc.assert(
      fc.property(world, batches, (initial, changes) => {
        const index = new MeshIndex(settings);
        const mirror = new Mirror();
        for (const batch of [additions(initial), ...changes]) {
          const delta = index.apply(batch);
          expect(delta.malformed).toEqual([]);
          mirror.apply(delta);
          for (const { sources } of [...delta.tables.upserts, ...delta.sockets.upserts, ...delta.backends.upserts]) {
            expect(delta.touched).toEqual(expect.arrayContaining([...sources]));
          }
        }
        expect(mirror.model()).toEqual(index.model());
      }),
      { numRuns: 100 },
    );
  });

  test("a change back to what was leaves no delta behind", () => {
    fc.assert(
      fc.property(world, anyChange, (initial, change) => {
        const index = new MeshIndex(settings);
        const objects = new Map<string, KubernetesObject>();
        for (const addition of additions(initial)) keep(objects, addition);
        index.apply(additions(initial));
        const before = index.model();
        index.apply([change]);
        index.apply([{ key: change.key, object: objects.get(change.key) }]);
        expect(index.model()).toEqual(before);
        const { touched } = index.apply([{ key: change.key, object: objects.get(change.key) }]);
        expect(touched).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

function keep(objects: Map<string, KubernetesObject>, { key, object }: ObjectChange): void {
  if (object === undefined) objects.delete(key);
  else objects.set(key, object);
}

function views(index: MeshIndex, key: string): unknown[] {
  const [, , namespace, name] = key.split("/");
  const id = `${namespace}/${name}`;
  return [
    index.gatewayClass(name ?? ""),
    index.gateway(id),
    index.httpRoute(id),
    index.grpcRoute(id),
    index.ingress(id),
    index.certificateUses(),
    index.faults(key),
  ];
}

class Mirror {
  readonly #pieces = { sockets: new Map(), tables: new Map(), backends: new Map(), certificates: new Map() };

  apply(delta: MeshDelta): void {
    update(this.#pieces.sockets, delta.sockets);
    update(this.#pieces.tables, delta.tables);
    update(this.#pieces.backends, delta.backends);
    update(this.#pieces.certificates, delta.certificates);
  }

  model(): MeshModel {
    const { sockets, tables, backends, certificates } = this.#pieces;
    return {
      sockets: values(sockets),
      tables: values(tables),
      backends: values(backends),
      certificates: values(certificates),
    };
  }
}

function update<T extends { readonly name: string }>(
  pieces: Map<string, T>,
  { upserts, removals }: PieceDelta<T>,
): void {
  for (const piece of upserts) pieces.set(piece.name, piece);
  for (const name of removals) expect(pieces.delete(name)).toBe(true);
}

function values<T>(pieces: Map<string, T>): T[] {
  return [...pieces].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, piece]) => piece);
}
