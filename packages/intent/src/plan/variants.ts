import type { KubernetesObject, ObjectKey } from "@fairlead/kubernetes-types";
import { objectKey as keyOf } from "@fairlead/kubernetes-types";
import { apiVersionFor } from "../kinds.ts";
import { INTENT_ANNOTATION, render } from "../render.ts";
import type { Intent, RenderedObject, TargetCluster } from "../types.ts";
import type { KnownFact, KnownIntent, PlannedChange } from "./types.ts";

/** One content of an object; equal contents of one intent are one variant, whatever the cluster. */
export interface Variant {
  /** Unique in a plan, so that lists of them make short keys. */
  readonly id: number;
  readonly key: ObjectKey;
  /** As the mesh model takes it: with the age that decides precedence. */
  readonly object: KubernetesObject;
  /** Content digest of what is sent; empty for objects that are not from Fairlead. */
  readonly digest: string;
  /** As it is sent; absent for objects that are not from Fairlead. */
  readonly rendered: RenderedObject | undefined;
  /** Id of the intent; absent for new ones and for objects that are not from Fairlead. */
  readonly intent: string | undefined;
  /** Id of its project; absent for objects that are not from Fairlead. */
  readonly project: string | undefined;
}

/** Makes the variants of a plan, each once. */
export class Variants {
  readonly #byName = new Map<string, Variant>();
  #renderings = 0;

  /** How many objects were rendered. */
  get renderings(): number {
    return this.#renderings;
  }

  /** A stored intent as it is in a cluster. */
  stored({ intent, project, created }: KnownIntent, cluster: TargetCluster): Variant {
    const version = apiVersionFor(intent.kind, cluster.served);
    return this.#once(`${intent.id} ${version}`, (id) => this.#render(id, intent, cluster, { project, created }));
  }

  /** A changed intent as it would be in a cluster: the stored variant when that is the same. */
  planned(index: number, change: PlannedChange, after: Intent, project: string, cluster: TargetCluster): Variant {
    const version = apiVersionFor(after.kind, cluster.served);
    const before = change.before && this.stored(change.before, cluster);
    return this.#once(`#${index} ${version}`, (id) => {
      const made = this.#render(id, after, cluster, { project, created: change.before?.created });
      return before?.digest === made.digest ? before : made;
    });
  }

  /** An object that a cluster has reported, and that is not from Fairlead. */
  fact({ object }: Pick<KnownFact, "object">): Variant {
    return this.#make({
      key: keyOf(object),
      object,
      digest: "",
      rendered: undefined,
      intent: undefined,
      project: undefined,
    });
  }

  #render(
    id: number,
    intent: Intent,
    cluster: TargetCluster,
    { project, created }: { readonly project: string; readonly created: string | undefined },
  ): Variant {
    this.#renderings++;
    const { key, object, digest } = render(intent, cluster);
    const rendered = intent.id === "" ? withoutIntent(object) : object;
    const metadata = { ...object.metadata, ...(created !== undefined && { creationTimestamp: created }) };
    return { id, key, object: { ...object, metadata }, digest, rendered, intent: intent.id || undefined, project };
  }

  #once(name: string, make: (id: number) => Variant): Variant {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const made = make(this.#nextId++);
    this.#byName.set(name, made);
    return made;
  }

  #make(variant: Omit<Variant, "id">): Variant {
    return { id: this.#nextId++, ...variant };
  }

  #nextId = 1;
}

// The id of a new intent is given when it is stored.
function withoutIntent(object: RenderedObject): RenderedObject {
  const { [INTENT_ANNOTATION]: _, ...annotations } = object.metadata.annotations;
  return { ...object, metadata: { ...object.metadata, annotations } };
}
