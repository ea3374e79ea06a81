import { type KubernetesObject, type ObjectKey, objectKey } from "@fairlead/kubernetes-types";
import { factName, presumedFacts } from "./fact-names.ts";
import type { KnownCertificate, KnownFact, PlanBasis } from "./types.ts";
import type { Variant, Variants } from "./variants.ts";

/** The facts of a plan by cluster and name. */
export class Facts {
  readonly #members = new Map<string, Variant[]>();
  readonly #named = new Map<string, Map<string, Variant[]>>();
  readonly #ages = new Map<string, Map<ObjectKey, string>>();
  readonly #presumed = new Map<string, Variant[]>();
  readonly #certificates = new Map<string, Map<string, KnownCertificate>>();
  readonly #reporting: ReadonlySet<string>;

  constructor({ facts, certificates, reporting }: PlanBasis, variants: Variants) {
    this.#reporting = reporting;
    for (const fact of facts) {
      if (isObservation(fact.object)) {
        this.#observe(fact);
        continue;
      }
      const variant = variants.fact(fact);
      const name = factName(fact.object);
      for (const cluster of fact.clusters) {
        if (name === undefined) push(this.#members, cluster, variant);
        else {
          const named = this.#named.get(cluster) ?? new Map<string, Variant[]>();
          this.#named.set(cluster, named);
          push(named, name, variant);
        }
      }
    }
    for (const certificate of certificates) {
      for (const cluster of certificate.clusters) {
        const known = this.#certificates.get(cluster) ?? new Map<string, KnownCertificate>();
        this.#certificates.set(cluster, known.set(certificate.secret, certificate));
      }
    }
    for (const object of presumedFacts()) push(this.#presumed, factName(object) ?? "", variants.fact({ object }));
  }

  /** When an object of ours was made in a cluster, where the cluster has told. */
  age(cluster: string, key: ObjectKey): string | undefined {
    return this.#ages.get(cluster)?.get(key);
  }

  /** Gateways, routes and Ingresses of a cluster that are not from Fairlead. */
  members(cluster: string): readonly Variant[] {
    return this.#members.get(cluster) ?? [];
  }

  /** What a cluster holds under a name of `fact-names.ts`; of one that has not reported, what is presumed. */
  named(cluster: string, name: string): readonly Variant[] {
    const known = this.#reporting.has(cluster) ? this.#named.get(cluster) : this.#presumed;
    return known?.get(name) ?? [];
  }

  /** What is known of the certificates of these Secrets in a cluster. */
  certificates(cluster: string, secrets: readonly string[]): ReadonlyMap<string, KnownCertificate> {
    const known = this.#certificates.get(cluster);
    return new Map(
      secrets.flatMap((secret) => {
        const certificate = known?.get(secret);
        return certificate === undefined ? [] : [[secret, certificate]];
      }),
    );
  }

  #observe({ object, clusters }: KnownFact): void {
    const { creationTimestamp } = object.metadata;
    if (creationTimestamp === undefined) return;
    for (const cluster of clusters) {
      const ages = this.#ages.get(cluster) ?? new Map<ObjectKey, string>();
      this.#ages.set(cluster, ages.set(objectKey(object), creationTimestamp));
    }
  }
}

// Of an object of ours a cluster tells what it adds to it, without the spec.
function isObservation(object: KubernetesObject): boolean {
  return OURS.has(object.kind) && !("spec" in object);
}

const OURS = new Set(["Gateway", "HTTPRoute", "GRPCRoute", "Ingress"]);

function push<V>(map: Map<string, V[]>, name: string, value: V): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [value]);
  else list.push(value);
}
