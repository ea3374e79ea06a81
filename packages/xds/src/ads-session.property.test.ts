import { type EnvoyResource, type ResourceKey, TYPE_URL, type TypeUrl } from "@fairlead/envoy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeltaResponse } from "./ads-messages.ts";
import { AdsSession } from "./ads-session.ts";
import { ResourceCache } from "./resource-cache.ts";
import { ModelEnvoy, type VersionFacts } from "./testing/model-envoy.ts";

/** Which routes exist, what each names, and which versions are refused; clusters exist because routes name them. */
interface Want {
  readonly routes: Readonly<
    Record<string, { readonly clusters: readonly string[]; readonly edit: number; readonly bad: boolean }>
  >;
  readonly clusters: Readonly<
    Record<string, { readonly edit: number; readonly endpoints: number; readonly bad: boolean }>
  >;
  readonly listeners: Readonly<Record<string, { readonly edit: number; readonly bad: boolean }>>;
}

type Act = { readonly want: Want } | { readonly deliver: number } | { readonly reconnect: true };

const cluster = fc.constantFrom("a", "b", "c", "d");
const clusters = fc.record({ edit: fc.nat(1), endpoints: fc.nat(2), bad: fc.boolean() });
const route = fc.record({ clusters: fc.uniqueArray(cluster, { maxLength: 2 }), edit: fc.nat(1), bad: fc.boolean() });
const listener = fc.record({ edit: fc.nat(1), bad: fc.boolean() });
const want: fc.Arbitrary<Want> = fc.record({
  routes: fc.dictionary(fc.constantFrom("r", "s", "t", "u"), route, { maxKeys: 4 }),
  clusters: fc.record({ a: clusters, b: clusters, c: clusters, d: clusters }),
  listeners: fc.dictionary(fc.constantFrom("l", "m"), listener, { maxKeys: 2 }),
});
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ want }) },
  { weight: 6, arbitrary: fc.record({ deliver: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.constant<Act>({ reconnect: true }) },
);

/** A cache, a session and a model Envoy with queues between them. */
class Rig {
  readonly facts = new Map<string, VersionFacts>();
  readonly cache = new ResourceCache();
  readonly envoy: ModelEnvoy;
  readonly #choose: () => boolean;
  readonly #window: number;
  #session: AdsSession;
  #toEnvoy: DeltaResponse[] = [];
  #nackedVersions: string[] = [];
  desired = new Map<string, EnvoyResource>();

  constructor(choices: readonly boolean[], window: number) {
    let at = 0;
    this.#choose = () => choices[at++ % choices.length] ?? false;
    this.#window = window;
    this.envoy = new ModelEnvoy((version) => this.facts.get(version) ?? { requires: [], bad: false }, this.#choose);
    this.#session = this.#open();
    this.cache.subscribe((changed) => this.#toEnvoy.push(...this.#session.onCacheChange(changed).responses));
    this.envoy.connect();
  }

  want(want: Want, bad: boolean): void {
    const next = this.#resources(want, bad);
    const removals = [...this.desired.values()].filter((r) => !next.has(`${r.typeUrl}|${r.name}`));
    this.desired = next;
    this.cache.update(next.values(), removals);
  }

  reconnect(): void {
    this.#toEnvoy = [];
    this.#session = this.#open();
    this.envoy.connect();
  }

  /** Delivers one message in either direction. False when there was none. */
  deliver(): boolean {
    const fromEnvoy = this.envoy.outbox.length > 0 && (this.#toEnvoy.length === 0 || this.#choose());
    if (fromEnvoy) {
      const request = this.envoy.outbox.shift();
      if (request === undefined) return false;
      const step = this.#session.onRequest(request);
      this.#toEnvoy.push(...step.responses);
      for (const event of step.events) if (event.type === "nacked") this.#nackedVersions.push(event.version);
      return true;
    }
    const response = this.#toEnvoy.shift();
    if (response === undefined) return false;
    this.envoy.receive(response);
    return true;
  }

  settle(): void {
    for (let steps = 0; this.deliver(); steps++) if (steps > 5_000) throw new Error("no end to it");
    expect(this.#session.backlog.unanswered).toBe(0);
  }

  expectExact(): void {
    const held = [...this.envoy.held].flatMap(([type, names]) => [...names].map(([n, v]) => `${type}|${n}@${v}`));
    const listening = [...this.desired.values()].some((r) => r.typeUrl === TYPE_URL.listener);
    const routing: string[] = [TYPE_URL.scope, TYPE_URL.route];
    const wanted = [...this.desired.values()]
      .filter((r) => listening || !routing.includes(r.typeUrl))
      .map((r) => `${r.typeUrl}|${r.name}@${r.version}`);
    expect(held.sort()).toEqual(wanted.sort());
    expect([...this.envoy.warming]).toEqual([]);
    for (const r of this.desired.values()) {
      if (!listening && routing.includes(r.typeUrl)) continue;
      expect(this.#session.isSettled(r.typeUrl, r.name, r.version), `${r.typeUrl}|${r.name} settled`).toBe(true);
    }
  }

  /** What is good and depends on nothing bad is in use, whatever else was refused. */
  expectGoodInUse(): void {
    const good = (r: EnvoyResource) => !this.facts.get(r.version)?.bad;
    const listening = this.envoy.held.get(TYPE_URL.listener)?.size !== 0;
    const badClusters = new Set(
      [...this.desired.values()].filter((r) => r.typeUrl === TYPE_URL.cluster && !good(r)).map((r) => r.name),
    );
    for (const r of this.desired.values()) {
      const routing = r.typeUrl === TYPE_URL.route;
      if (
        !good(r) ||
        (routing && !listening) ||
        ![TYPE_URL.route, TYPE_URL.cluster, TYPE_URL.listener].some((t) => t === r.typeUrl)
      )
        continue;
      if (routing && r.requires.some((ref) => badClusters.has(ref.name))) continue;
      expect(this.envoy.held.get(r.typeUrl)?.get(r.name), `${r.typeUrl}|${r.name}`).toBe(r.version);
    }
  }

  #open(): AdsSession {
    return new AdsSession({ cache: this.cache, window: this.#window });
  }

  #resources(want: Want, bad: boolean): Map<string, EnvoyResource> {
    const all = new Map<string, EnvoyResource>();
    const add = (typeUrl: TypeUrl, name: string, content: unknown, refused: boolean, requires: ResourceKey[] = []) => {
      const version = JSON.stringify([typeUrl.slice(-8), name, content, refused]);
      this.facts.set(version, { requires, bad: refused });
      all.set(`${typeUrl}|${name}`, { typeUrl, name, version, body: new Uint8Array(), sources: [name], requires });
    };
    for (const [name, spec] of Object.entries(want.routes)) {
      const requires = spec.clusters.map((c) => ({ typeUrl: TYPE_URL.endpoints, name: c }));
      add(TYPE_URL.scope, name, 0, false, [{ typeUrl: TYPE_URL.route, name }, ...requires]);
      add(TYPE_URL.route, name, [spec.clusters, spec.edit], bad && spec.bad, requires);
    }
    const named = new Set(Object.values(want.routes).flatMap((spec) => spec.clusters));
    for (const [name, spec] of Object.entries(want.clusters)) {
      if (!named.has(name)) continue;
      add(TYPE_URL.cluster, name, spec.edit, bad && spec.bad);
      add(TYPE_URL.endpoints, name, spec.endpoints, false, [{ typeUrl: TYPE_URL.cluster, name }]);
    }
    for (const [name, spec] of Object.entries(want.listeners)) {
      const requires = [{ typeUrl: TYPE_URL.secret, name: `cert-${name}` }];
      add(TYPE_URL.secret, `cert-${name}`, 0, false);
      add(TYPE_URL.listener, name, spec.edit, bad && spec.bad, requires);
    }
    return all;
  }
}

function run(rig: Rig, acts: readonly Act[], bad: boolean): void {
  for (const step of acts) {
    if ("want" in step) rig.want(step.want, bad);
    else if ("reconnect" in step) rig.reconnect();
    else for (let i = 0; i < step.deliver; i++) rig.deliver();
  }
  rig.settle();
}

const choices = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 });
const window = fc.constantFrom(1, 2, 64);
const acts = fc.array(act, { maxLength: 30 });

describe("a session against a model of Envoy", () => {
  // Guarantee: whatever the order of messages and however often the stream breaks, Envoy ends with what the cache
  // holds, and at no moment held a route to a cluster that was absent or had no endpoints yet (the model throws).
  test("ends with exactly the cache", () => {
    fc.assert(
      fc.property(acts, choices, window, (steps, orders, size) => {
        const rig = new Rig(orders, size);
        run(rig, steps, false);
        rig.expectExact();
      }),
      { numRuns: 2_000 },
    );
  });

  // Guarantee: refused resources never lead to a loop, a dead end or a dangling reference, and once each of them is
  // replaced by a good one nothing of the trouble is left.
  test("survives refusals and heals", () => {
    fc.assert(
      fc.property(acts, want, choices, window, (steps, healed, orders, size) => {
        const rig = new Rig(orders, size);
        run(rig, steps, true);
        rig.expectGoodInUse();
        rig.want(healed, false);
        rig.settle();
        rig.expectExact();
      }),
      { numRuns: 2_000 },
    );
  });
});
