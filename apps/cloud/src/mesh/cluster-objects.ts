import { type KubernetesObject, type ObjectKey, objectKey } from "@fairlead/kubernetes-types";
import type { ObjectChange } from "@fairlead/mesh-model";
import { CERTIFICATE_KEY_PREFIX, type ClusterCertificate, DRIFT_KEY_PREFIX } from "@fairlead/tunnel";
import { readCertificate } from "./certificates.ts";
import { EXPECTED_CLASSES } from "./expected-classes.ts";

/** An object as text; without a body it is gone. */
export interface TextChange {
  readonly key: ObjectKey;
  readonly body: string | undefined;
}

/**
 * The objects of a cluster as far as the cloud knows them: what it wrote itself (the bundle), and what the connector
 * reports of the rest (facts). Of an object of ours the cluster tells just what we cannot know, its age and addresses,
 * without a spec; a fact with a spec is a foreign object, and where it has the place of one of ours it is what serves.
 */
export class ClusterObjects {
  readonly #bundle = new Map<ObjectKey, KubernetesObject>();
  readonly #facts = new Map<ObjectKey, KubernetesObject>();
  readonly #objects = new Map<ObjectKey, KubernetesObject>();
  readonly #certificates = new Map<string, ClusterCertificate>();
  #isObserved = false;

  /** Everything, by key. */
  get objects(): ReadonlyMap<ObjectKey, KubernetesObject> {
    return this.#objects;
  }

  /** Certificates in use, by `<namespace>/<name>` of the Secret. */
  get certificates(): ReadonlyMap<string, ClusterCertificate> {
    return this.#certificates;
  }

  /** Takes changes of bundle and facts; `isObserved` is whether the cluster has ever told facts. Gives what became of its objects. */
  apply(bundle: readonly TextChange[], facts: readonly TextChange[], isObserved: boolean): ObjectChange[] {
    const keys = new Set<ObjectKey>();
    for (const [store, changes] of [
      [this.#bundle, bundle],
      [this.#facts, facts],
    ] as const) {
      for (const { key, body } of changes) {
        if (key.startsWith(CERTIFICATE_KEY_PREFIX)) {
          this.#setCertificate(key, body);
          continue;
        }
        // What a connector says about objects is no object.
        if (key.startsWith(DRIFT_KEY_PREFIX)) continue;
        const object = body === undefined ? undefined : parseObject(body);
        if (object === undefined) store.delete(key);
        else store.set(key, object);
        keys.add(key);
      }
    }
    if (isObserved !== this.#isObserved || this.#objects.size === 0) for (const key of EXPECTED.keys()) keys.add(key);
    this.#isObserved = isObserved;
    return [...keys].sort().map((key) => {
      const object = this.#objectAt(key);
      if (object === undefined) this.#objects.delete(key);
      else this.#objects.set(key, object);
      return { key, object };
    });
  }

  #setCertificate(key: ObjectKey, body: string | undefined): void {
    const name = key.slice(CERTIFICATE_KEY_PREFIX.length);
    const certificate = body === undefined ? undefined : readCertificate(key, body);
    if (certificate === undefined) this.#certificates.delete(name);
    else this.#certificates.set(name, certificate);
  }

  #objectAt(key: ObjectKey): KubernetesObject | undefined {
    const ours = this.#bundle.get(key);
    const fact = this.#facts.get(key) ?? (this.#isObserved ? undefined : EXPECTED.get(key));
    if (fact === undefined) return ours;
    if (!isObservation(fact)) return fact;
    if (ours === undefined) return undefined;
    const { creationTimestamp } = fact.metadata;
    const status = "status" in fact ? { status: fact.status } : {};
    return { ...ours, metadata: { ...ours.metadata, ...(creationTimestamp && { creationTimestamp }) }, ...status };
  }
}

const EXPECTED: ReadonlyMap<ObjectKey, KubernetesObject> = new Map(
  EXPECTED_CLASSES.map((object) => [objectKey(object), object]),
);

const WITH_SPEC = new Set(["Gateway", "HTTPRoute", "GRPCRoute", "Ingress"]);

/** Whether a fact tells of an object of ours only what the cluster adds to it. */
function isObservation(fact: KubernetesObject): boolean {
  return WITH_SPEC.has(fact.kind) && !("spec" in fact);
}

/** Undefined: not an object of Kubernetes, which counts as absent. */
function parseObject(body: string): KubernetesObject | undefined {
  const value: unknown = JSON.parse(body);
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is KubernetesObject {
  return (
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    typeof value.kind === "string" &&
    "apiVersion" in value &&
    typeof value.apiVersion === "string" &&
    "metadata" in value &&
    typeof value.metadata === "object" &&
    value.metadata !== null
  );
}
