import { type EnvoyResource, type ResourceKey, TYPE_URL, type TypeUrl } from "@fairlead/envoy";
import type { DeltaRequest, DeltaResponse } from "../ads-messages.ts";

/** What the model is told about a version: what it names, and whether it refuses it. */
export interface VersionFacts {
  readonly requires: readonly ResourceKey[];
  readonly bad: boolean;
}

/** Chooses between the orders in which a real Envoy may do things. */
export type Choose = () => boolean;

/**
 * For tests: Envoy's side of delta ADS, as far as the session depends on it. It holds resources over reconnects,
 * asks for endpoints, routes and secrets when it is given what names them, refuses what is bad, and throws as soon
 * as a route it holds names a cluster that is not there.
 */
export class ModelEnvoy {
  readonly held = new Map<string, Map<string, string>>(Object.values(TYPE_URL).map((type) => [type, new Map()]));
  /** Clusters that have had no endpoints since they were last set. */
  readonly warming = new Set<string>();
  readonly #facts: (version: string) => VersionFacts;
  readonly #choose: Choose;
  readonly #asked = new Map<string, Set<string>>();
  readonly #seen = new Set<string>();
  #scoping = false;
  outbox: DeltaRequest[] = [];

  constructor(facts: (version: string) => VersionFacts, choose: Choose) {
    this.#facts = facts;
    this.#choose = choose;
  }

  /** A new stream: asks anew for everything it asked for before, and says what it holds. */
  connect(): void {
    this.outbox = [];
    this.#seen.clear();
    this.#asked.clear();
    this.#scoping = false;
    this.#request(TYPE_URL.cluster, {});
    this.#request(TYPE_URL.listener, {});
    this.#updateInterest();
  }

  receive(response: DeltaResponse): void {
    const bad = response.resources.some((resource) => this.#facts(resource.version).bad);
    const alone = response.resources.length === 1;
    if (bad) {
      for (const resource of response.resources) {
        // Some types take over the good ones of a refused response, some do not.
        const isListener = resource.typeUrl === TYPE_URL.listener;
        if (isListener && !this.#seen.has(TYPE_URL.scope) && this.#choose()) this.#request(TYPE_URL.scope, {});
        if (!alone && !this.#facts(resource.version).bad && this.#choose()) this.#apply(resource);
      }
      if (this.#choose()) this.#updateInterest();
      this.#answer(response, "refused");
      this.#updateInterest();
      return;
    }
    for (const resource of response.resources) this.#apply(resource);
    for (const name of response.removed) {
      this.#type(response.typeUrl).delete(name);
      if (response.typeUrl === TYPE_URL.cluster) this.warming.delete(name);
    }
    this.#check();
    if (this.#choose()) this.#updateInterest();
    this.#answer(response);
    this.#updateInterest();
  }

  #apply(resource: EnvoyResource): void {
    const wildcard = ![TYPE_URL.endpoints, TYPE_URL.route, TYPE_URL.secret].some((type) => type === resource.typeUrl);
    // What nobody watches is acknowledged and dropped.
    if (resource.typeUrl === TYPE_URL.scope && !this.#scoping) return;
    if (!wildcard && !this.#wanted(resource.typeUrl).has(resource.name)) return;
    const type = this.#type(resource.typeUrl);
    if (resource.typeUrl === TYPE_URL.cluster && type.get(resource.name) !== resource.version)
      this.warming.add(resource.name);
    if (resource.typeUrl === TYPE_URL.endpoints) this.warming.delete(resource.name);
    type.set(resource.name, resource.version);
    this.#check();
  }

  #check(): void {
    for (const [route, version] of this.#type(TYPE_URL.route)) {
      if (!this.#type(TYPE_URL.scope).has(route)) continue;
      for (const { name } of this.#facts(version).requires) {
        if (!this.#type(TYPE_URL.cluster).has(name)) throw new Error(`route ${route} names absent cluster ${name}`);
        if (!this.#type(TYPE_URL.endpoints).has(name)) throw new Error(`route ${route} names warming cluster ${name}`);
      }
    }
  }

  #wanted(typeUrl: TypeUrl): ReadonlySet<string> {
    if (typeUrl === TYPE_URL.endpoints) return new Set(this.#type(TYPE_URL.cluster).keys());
    if (typeUrl === TYPE_URL.route) return new Set(this.#type(TYPE_URL.scope).keys());
    const versions = [...this.#type(TYPE_URL.listener).values()];
    return new Set(versions.flatMap((version) => this.#facts(version).requires.map((ref) => ref.name)));
  }

  #updateInterest(): void {
    const listening = this.#type(TYPE_URL.listener).size > 0;
    // Subscribed to on the stream's first listener; that it has gone with the last one, and that another has come
    // since, Envoy does not say.
    if (listening && !this.#seen.has(TYPE_URL.scope)) this.#request(TYPE_URL.scope, {});
    if (!listening) this.#type(TYPE_URL.scope).clear();
    this.#scoping = listening;
    for (const typeUrl of [TYPE_URL.endpoints, TYPE_URL.route, TYPE_URL.secret]) {
      const wanted = this.#wanted(typeUrl);
      const asked = this.#asked.get(typeUrl) ?? new Set();
      const subscribe = [...wanted].filter((name) => !asked.has(name));
      const unsubscribe = [...asked].filter((name) => !wanted.has(name));
      for (const name of unsubscribe) this.#type(typeUrl).delete(name);
      if (subscribe.length + unsubscribe.length > 0) this.#request(typeUrl, { subscribe, unsubscribe });
      this.#asked.set(typeUrl, new Set(wanted));
    }
  }

  #answer(response: DeltaResponse, error?: string): void {
    this.#request(response.typeUrl, { nonce: response.nonce, ...(error === undefined ? {} : { error }) });
  }

  #request(typeUrl: string, fields: Partial<DeltaRequest>): void {
    const first = !this.#seen.has(typeUrl);
    this.#seen.add(typeUrl);
    const initialVersions = new Map(first ? this.#type(typeUrl) : []);
    this.outbox.push({ typeUrl, subscribe: [], unsubscribe: [], nonce: "", ...fields, initialVersions });
  }

  #type(typeUrl: string): Map<string, string> {
    return this.held.get(typeUrl) ?? new Map();
  }
}
