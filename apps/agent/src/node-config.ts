import { type EnvoyResource, type Finding, type ResourceKey, TYPE_URL, type TypeUrl } from "@fairlead/envoy";
import { GATEWAY_GROUP, type KubernetesObject, type ObjectKey } from "@fairlead/kubernetes-types";
import type { CertificateUse, MeshDelta, MeshIndex, ObjectChange } from "@fairlead/mesh-model";
import { type AdsEvent, type NackedEvent, type ResourceCache, refKey } from "@fairlead/xds";
import { isSameForm } from "./object-form.ts";
import { Progress, type ProxyView } from "./progress.ts";
import { Quarantine } from "./quarantine.ts";
import { fromFaults, fromFinding, fromMalformed, fromNack, isBindFailure, type Rejection } from "./rejection.ts";
import { checkSecret } from "./secret-check.ts";
import { findSuspects } from "./suspects.ts";

/** Model to Envoy, change by change; envoy's `Translator` is one, with the sockets bound as this node does. */
export interface ModelTranslator {
  apply(delta: MeshDelta): {
    readonly upserts: readonly EnvoyResource[];
    readonly removals: readonly ResourceKey[];
    readonly findings: ReadonlyMap<string, readonly Finding[]>;
  };
}

/** What the proxy can be asked and told. */
export interface ProxyPort extends ProxyView {
  /** Sends a refused resource once more although it has not changed. */
  retry(typeUrl: TypeUrl, name: string): void;
}

/** What became of an object. */
export type ObjectState =
  | { readonly state: "proxied" | "pending" }
  | { readonly state: "rejected"; readonly rejection: Rejection };

export interface NodeConfigOptions {
  readonly index: MeshIndex;
  readonly translator: ModelTranslator;
  readonly cache: ResourceCache;
  readonly proxy: ProxyPort;
  /** Forms known to be good from before a restart. */
  readonly lastGood?: ReadonlyMap<ObjectKey, KubernetesObject>;
  /** An object's state may have changed; undefined: it is gone and nothing of it is left in the proxy. */
  readonly onState?: (key: ObjectKey, object: KubernetesObject | undefined, state: ObjectState | undefined) => void;
  /** The form the proxy has accepted as a whole; undefined: the object is gone. */
  readonly onGood?: (key: ObjectKey, object: KubernetesObject | undefined) => void;
}

interface Followed {
  /** Undefined: gone, but not yet from the proxy. */
  live: KubernetesObject | undefined;
  changedAt: number;
  proven: boolean;
}

const GATEWAY_PREFIX = `${GATEWAY_GROUP}/Gateway/`;

/** How long one suspect may be on trial before the next is let out as well, in milliseconds. */
const TRIAL_PATIENCE_MS = 2_000;

/**
 * The configuration of one node: objects go in, the discovery server's cache is kept up to date, answers of the proxy
 * come back. What cannot be sent, or was refused, is traced to its objects; these are kept back, their last good form
 * serving on, so that everything beside them keeps moving. Holds no timer and does no I/O.
 */
export class NodeConfig {
  readonly #options: NodeConfigOptions;
  readonly #progress: Progress;
  readonly #quarantine = new Quarantine();
  readonly #objects = new Map<ObjectKey, Followed>();
  readonly #good: Map<ObjectKey, KubernetesObject>;
  /** Number of the batch that made a resource's current version, and of the one Envoy accepted last. */
  readonly #producedAt = new Map<string, number>();
  readonly #acceptedAt = new Map<string, number>();
  /** Listeners refused because of the machine. */
  readonly #unbound = new Map<string, NackedEvent>();
  #batch = 0;

  constructor(options: NodeConfigOptions) {
    this.#options = options;
    this.#progress = new Progress(options.cache, options.proxy);
    this.#good = new Map(options.lastGood);
  }

  /** Objects kept back, and things waited for. */
  get backlog(): { readonly quarantined: number; readonly pending: number } {
    return { quarantined: this.#quarantine.size, pending: this.#progress.pending };
  }

  /** TLS Secrets in use, as they are served: a certificate that was kept back shows the facts of the one in its place. */
  certificateUses(): CertificateUse[] {
    return this.#options.index.certificateUses();
  }

  /** Keys of all objects taken in. */
  keys(): Iterable<ObjectKey> {
    return this.#objects.keys();
  }

  /** Objects changed. Whatever was held against their former state is forgotten. Returns how many meant anything. */
  apply(changes: readonly ObjectChange[]): number {
    const real: ObjectChange[] = [];
    for (const change of changes) {
      const { key, object } = change;
      const followed = this.#objects.get(key);
      if (isSameForm(followed?.live, object)) {
        if (followed !== undefined) followed.live = object;
        continue;
      }
      this.#quarantine.release(key);
      this.#objects.set(key, { live: object, changedAt: this.#batch + 1, proven: false });
      const problem = checkSecret(object);
      real.push(problem === undefined ? change : this.#quarantine.reject(key, problem, this.#good.get(key)));
    }
    if (real.length > 0) this.#run(real);
    return real.length;
  }

  /** The proxy answered. */
  onAnswers(events: readonly AdsEvent[], now: number): void {
    const refused: NackedEvent[] = [];
    for (const event of events) {
      const key = refKey(event);
      if (event.type === "nacked") {
        refused.push(event);
        continue;
      }
      const current = this.#options.cache.get(event.typeUrl, event.name)?.resource.version;
      if (event.type === "acked" && event.version === current) {
        this.#acceptedAt.set(key, this.#producedAt.get(key) ?? 0);
        const unbound = this.#unbound.get(key);
        this.#unbound.delete(key);
        for (const source of unbound?.sources ?? []) this.#tell(source);
      }
    }
    this.#settle(this.#progress.onAnswers(events));
    for (const event of refused) this.#onRefused(event);
    this.#continueTrials(now);
  }

  /** To be called every second or so: tries again what the machine refused, and what may have been missed. */
  tick(now: number): void {
    for (const { typeUrl, name } of this.#unbound.values()) this.#options.proxy.retry(typeUrl, name);
    this.#settle(this.#progress.recheck());
    this.#continueTrials(now);
  }

  /** What became of an object; undefined when it is not known. */
  state(key: ObjectKey): ObjectState | undefined {
    const followed = this.#objects.get(key);
    if (followed?.live === undefined) return undefined;
    const rejection = this.#quarantine.rejection(key) ?? this.#unboundRejection(key);
    if (rejection !== undefined) return { state: "rejected", rejection };
    if (!followed.proven) return { state: "pending" };
    // All that can be served is, but that is not what its author asked for.
    const fault = fromFaults(this.#options.index.faults(key));
    return fault === undefined ? { state: "proxied" } : { state: "rejected", rejection: fault };
  }

  #run(changes: readonly ObjectChange[]): void {
    this.#batch++;
    const { index, translator } = this.#options;
    const keys = new Set<ObjectKey>();
    const affected = new Set<ObjectKey>();
    const upserts = new Map<string, EnvoyResource>();
    const removals = new Map<string, ResourceKey>();
    for (let next = changes; next.length > 0; ) {
      for (const { key } of next) keys.add(key);
      const delta = index.apply(next);
      for (const key of delta.affected) affected.add(key);
      this.#progress.applySockets(delta.sockets);
      const change = translator.apply(delta);
      for (const ref of change.removals) {
        upserts.delete(refKey(ref));
        removals.set(refKey(ref), ref);
      }
      for (const resource of change.upserts) {
        removals.delete(refKey(resource));
        upserts.set(refKey(resource), resource);
      }
      next = this.#check(delta, change.findings);
    }
    this.#commit([...upserts.values()], [...removals.values()], keys);
    for (const key of affected) if (!keys.has(key)) this.#tell(key);
  }

  /** Keeps back what cannot be sent. Returns what takes its place. */
  #check(delta: MeshDelta, findings: ReadonlyMap<string, readonly Finding[]>): ObjectChange[] {
    const swaps = new Map<ObjectKey, ObjectChange>();
    for (const { key, message } of delta.malformed) {
      if (!this.#quarantine.has(key) && this.#objects.get(key)?.live !== undefined) {
        swaps.set(key, this.#quarantine.reject(key, fromMalformed(message), this.#good.get(key)));
      }
    }
    for (const finding of [...findings.values()].flat()) {
      const key = finding.origin.object;
      if (swaps.has(key) || this.#objects.get(key)?.live === undefined) continue;
      // Left out already: what is found is of a piece that others make up as well.
      if (this.#quarantine.has(key) && !this.#quarantine.hasStandIn(key)) continue;
      swaps.set(key, this.#quarantine.reject(key, fromFinding(finding), this.#good.get(key)));
    }
    return [...swaps.values()];
  }

  #commit(upserts: readonly EnvoyResource[], removals: readonly ResourceKey[], keys: ReadonlySet<ObjectKey>): void {
    const followed = [...keys].map((key) => ({ key, owner: this.#owner(key) }));
    const { resources, settled } = this.#progress.update(upserts, removals, followed);
    for (const ref of resources) {
      if (this.#options.cache.get(ref.typeUrl, ref.name) === undefined) {
        this.#producedAt.delete(refKey(ref));
        this.#acceptedAt.delete(refKey(ref));
      } else {
        this.#producedAt.set(refKey(ref), this.#batch);
      }
      this.#unbound.delete(refKey(ref));
    }
    for (const key of keys) this.#tell(key);
    this.#settle(settled);
  }

  #settle(keys: readonly ObjectKey[]): void {
    for (const key of keys) {
      const followed = this.#objects.get(key);
      // What settled is a stand-in, which was known to be good.
      if (followed === undefined || this.#quarantine.has(key)) continue;
      this.#quarantine.acquit(key);
      if (followed.live === undefined) {
        this.#objects.delete(key);
        this.#good.delete(key);
      } else {
        followed.proven = true;
        this.#good.set(key, followed.live);
      }
      this.#options.onGood?.(key, followed.live);
      this.#tell(key);
    }
  }

  #onRefused(event: NackedEvent): void {
    const key = refKey(event);
    // A newer version is on its way already.
    if (this.#options.cache.get(event.typeUrl, event.name)?.resource.version !== event.version) return;
    if (event.typeUrl === TYPE_URL.listener && isBindFailure(event.message)) {
      this.#unbound.set(key, event);
      for (const source of event.sources) this.#tell(source);
      return;
    }
    const sources = event.sources.flatMap((source) => {
      const followed = this.#objects.get(source);
      const out = this.#quarantine.has(source) && !this.#quarantine.hasStandIn(source);
      return followed?.live === undefined || out ? [] : [{ key: source, ...followed }];
    });
    const suspects = findSuspects(event.typeUrl, sources, this.#acceptedAt.get(key) ?? 0);
    const [only] = suspects;
    if (only === undefined) return;
    for (const suspect of suspects) {
      const followed = this.#objects.get(suspect);
      if (followed !== undefined) followed.proven = false;
    }
    this.#run(
      suspects.length === 1
        ? [this.#quarantine.reject(only, fromNack(event.message), this.#standIn(only))]
        : suspects.map((suspect) => this.#quarantine.suspect(suspect, this.#standIn(suspect))),
    );
  }

  /** The last good form, unless it is the very one that was refused now. */
  #standIn(key: ObjectKey): KubernetesObject | undefined {
    const good = this.#good.get(key);
    return isSameForm(good, this.#objects.get(key)?.live) ? undefined : good;
  }

  #continueTrials(now: number): void {
    for (;;) {
      const key = this.#quarantine.nextTrial(now, TRIAL_PATIENCE_MS);
      const followed = key === undefined ? undefined : this.#objects.get(key);
      if (key === undefined || followed === undefined) return;
      followed.changedAt = this.#batch + 1;
      this.#run([{ key, object: followed.live }]);
    }
  }

  /** A Gateway that is ready but for an address has no listener yet, and brings nothing else that could be waited for. */
  #owner(key: ObjectKey): string | undefined {
    if (!key.startsWith(GATEWAY_PREFIX)) return undefined;
    const id = key.slice(GATEWAY_PREFIX.length);
    const serving = this.#options.index.gateway(id)?.serving;
    const isReady = serving?.listeners.some(({ ready }) => ready) === true;
    return isReady && serving?.addresses.length === 0 && serving.elsewhere !== true ? id : undefined;
  }

  #unboundRejection(key: ObjectKey): Rejection | undefined {
    for (const event of this.#unbound.values()) if (event.sources.includes(key)) return fromNack(event.message);
    return undefined;
  }

  #tell(key: ObjectKey): void {
    const followed = this.#objects.get(key);
    // Deleted, but not yet from the proxy: what was last said of it stands until it is.
    if (followed !== undefined && followed.live === undefined) return;
    this.#options.onState?.(key, followed?.live, this.state(key));
  }
}
