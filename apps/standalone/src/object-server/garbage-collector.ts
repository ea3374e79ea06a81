import { conflict } from "./api-failure.ts";
import { type Kind, kindAt, kinds } from "./kind.ts";
import type { ObjectStorage, Stored } from "./object-storage.ts";

export interface DeleteRequest {
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly orphan: boolean;
  readonly dryRun: boolean;
}

/** Deletes objects, and what goes with them: those they own and, with a namespace, those in it. */
export class GarbageCollector {
  readonly #storage: ObjectStorage;
  readonly #now: () => number;

  constructor(options: {
    readonly storage: ObjectStorage /** Milliseconds since the epoch. */;
    readonly now: () => number;
  }) {
    this.#storage = options.storage;
    this.#now = options.now;
  }

  /** Deletes an object, or marks it when finalizers hold it. Gives back what is left of it. */
  delete(stored: Stored, request: DeleteRequest): { readonly stored: Stored; readonly isGone: boolean } {
    const { uid, resourceVersion } = stored.object.metadata;
    const wanted = request.preconditions ?? {};
    if (wanted.uid !== undefined && wanted.uid !== uid) {
      throw conflict(
        stored.kind,
        stored.object.metadata.name,
        `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid}`,
      );
    }
    if (wanted.resourceVersion !== undefined && wanted.resourceVersion !== resourceVersion) {
      const text = `Precondition failed: ResourceVersion in precondition: ${wanted.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`;
      throw conflict(stored.kind, stored.object.metadata.name, text);
    }
    const isHeld = (stored.object.metadata.finalizers ?? []).length > 0;
    if (request.dryRun) return { stored, isGone: !isHeld };
    if (request.orphan) this.#release(stored);
    if (stored.kind.kind === "Namespace") this.#empty(stored);
    if (!isHeld && !this.#isOccupied(stored)) return { stored: this.remove(stored), isGone: true };
    return { stored: this.#mark(stored), isGone: false };
  }

  /** Takes an object away for good, and whatever only it owned. */
  remove(stored: Stored): Stored {
    const last = this.#storage.remove(stored);
    const uid = stored.object.metadata.uid ?? "";
    for (const dependent of this.#storage.dependents(uid)) this.#ownerGone(dependent);
    this.#leaveNamespace(stored);
    return last;
  }

  /** A new object all of whose owners are gone goes too. */
  created(stored: Stored): void {
    if ((stored.object.metadata.ownerReferences ?? []).length > 0) this.#ownerGone(stored);
  }

  #ownerGone(dependent: Stored): void {
    const owners = dependent.object.metadata.ownerReferences ?? [];
    const left = owners.filter((owner) => this.#storage.byUid(owner.uid) !== undefined);
    if (left.length === 0) this.delete(dependent, { orphan: false, dryRun: false });
    else if (left.length < owners.length) this.#setOwners(dependent, left);
  }

  /** Leaves what the object owns behind without an owner. */
  #release(stored: Stored): void {
    const uid = stored.object.metadata.uid ?? "";
    for (const dependent of this.#storage.dependents(uid)) {
      const owners = dependent.object.metadata.ownerReferences ?? [];
      this.#setOwners(
        dependent,
        owners.filter((owner) => owner.uid !== uid),
      );
    }
  }

  #setOwners(stored: Stored, ownerReferences: NonNullable<Stored["object"]["metadata"]["ownerReferences"]>): void {
    const { ownerReferences: _, ...metadata } = stored.object.metadata;
    const owned = ownerReferences.length === 0 ? metadata : { ...metadata, ownerReferences };
    this.#storage.put(stored.kind, { ...stored.object, metadata: owned });
  }

  #mark(stored: Stored): Stored {
    const { metadata } = stored.object;
    if (metadata.deletionTimestamp !== undefined) return stored;
    const deletionTimestamp = `${new Date(this.#now()).toISOString().slice(0, 19)}Z`;
    const generation = metadata.generation === undefined ? {} : { generation: metadata.generation + 1 };
    const marked = {
      ...stored.object,
      metadata: { ...metadata, ...generation, deletionTimestamp, deletionGracePeriodSeconds: 0 },
    };
    const isNamespace = stored.kind.kind === "Namespace";
    return this.#storage.put(stored.kind, isNamespace ? { ...marked, status: { phase: "Terminating" } } : marked);
  }

  #empty(namespace: Stored): void {
    for (const stored of this.#contents(namespace.object.metadata.name)) {
      // An earlier deletion may have taken this one along.
      const current = this.#storage.get(stored.kind, stored.key);
      if (current !== undefined) this.delete(current, { orphan: false, dryRun: false });
    }
  }

  #isOccupied(stored: Stored): boolean {
    return stored.kind.kind === "Namespace" && this.#contents(stored.object.metadata.name).length > 0;
  }

  #leaveNamespace(gone: Stored): void {
    const namespaces = kindAt("v1", "namespaces");
    const name = gone.object.metadata.namespace;
    if (namespaces === undefined || name === undefined) return;
    const namespace = this.#storage.get(namespaces, `/${name}`);
    if (namespace?.object.metadata.deletionTimestamp === undefined) return;
    const isHeld = (namespace.object.metadata.finalizers ?? []).length > 0;
    if (!isHeld && !this.#isOccupied(namespace)) this.remove(namespace);
  }

  #contents(namespace: string): Stored[] {
    const prefix = `${namespace}/`;
    const inside = (kind: Kind) => [...this.#storage.all(kind)].filter((stored) => stored.key.startsWith(prefix));
    return kinds.filter((kind) => kind.namespaced).flatMap(inside);
  }
}
