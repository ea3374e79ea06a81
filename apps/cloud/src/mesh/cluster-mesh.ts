import type { ClusterId } from "@fairlead/contract";
import { compareRevisions, type Revision } from "@fairlead/core";
import { type BundleRow, clusterStates, factsSince, readBundlePage, type TenantTransaction } from "@fairlead/database";
import type { KubernetesObject, ObjectKey } from "@fairlead/kubernetes-types";
import { MeshIndex, type MeshSettings, settingsFrom } from "@fairlead/mesh-model";
import { type ClusterCertificate, EMPTY_MANIFEST_DIGEST, ManifestDigest } from "@fairlead/tunnel";
import { ClusterObjects } from "./cluster-objects.ts";

/**
 * What a cluster's agents make of its objects, as far as the cloud knows them. It is kept and goes on changing: read it
 * before the next await, and make an index of one's own (from `objects`) for what-ifs.
 */
export interface ClusterMesh {
  readonly index: MeshIndex;
  /** How it is read: as the cluster's own operator does, where its connector has said how. */
  readonly settings: MeshSettings;
  /** Another one whenever something of index, objects or certificates has changed: for keeping what follows from them. */
  readonly version: object;
  /** What the index is made of, by key. */
  readonly objects: ReadonlyMap<ObjectKey, KubernetesObject>;
  /** Certificates in use, as agents report them, by `<namespace>/<name>` of the Secret. */
  readonly certificates: ReadonlyMap<string, ClusterCertificate>;
  /** The revision the bundle in it is rendered to. */
  readonly revision: Revision;
  /** When the connector last confirmed its facts; undefined: it never told any, so Services and endpoints are unknown. */
  readonly observedAt: Date | undefined;
  /** Objects of the cluster that did not fit into its quota of facts, by kind. */
  readonly leftOut: Readonly<Record<string, number>>;
}

export interface ClusterMeshesOptions {
  /** Objects in all meshes that are kept, the one just read aside. Default 200,000. */
  readonly maxObjects?: number;
}

/** Rows of a bundle read at a time. */
const PAGE_ROWS = 2_000;

/**
 * The meshes of clusters, kept by organization and cluster while there is room, and brought up to date by what changed
 * since they were last read.
 */
export class ClusterMeshes {
  readonly #maxObjects: number;
  /** The least recently read first. */
  readonly #entries = new Map<string, Entry>();

  constructor({ maxObjects = 200_000 }: ClusterMeshesOptions = {}) {
    this.#maxObjects = maxObjects;
  }

  /** The mesh of a cluster the transaction sees. Throws what the database throws. */
  async read(tx: TenantTransaction, cluster: ClusterId): Promise<ClusterMesh> {
    // The organization is part of the key, and what is not yet here is read through the tenant's own transaction.
    const key = `${tx.organization} ${cluster}`;
    const entry = this.#entries.get(key) ?? new Entry(cluster);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const mesh = await entry.read(tx);
    this.#evict(entry);
    return mesh;
  }

  #evict(keep: Entry): void {
    let total = 0;
    for (const entry of this.#entries.values()) total += entry.size;
    for (const [key, entry] of this.#entries) {
      if (total <= this.#maxObjects) return;
      if (entry === keep) continue;
      this.#entries.delete(key);
      total -= entry.size;
    }
  }
}

/** What is kept of one cluster. */
interface State {
  /** What serves in the cluster, as text; an index cannot change how it reads. */
  readonly plane: string;
  readonly settings: MeshSettings;
  readonly index: MeshIndex;
  readonly objects: ClusterObjects;
  readonly digest: ManifestDigest;
  /** Content digests of the bundle's objects. */
  readonly digests: Map<ObjectKey, string>;
  through: Revision;
  factsVersion: number;
  version: object;
}

class Entry {
  readonly #cluster: ClusterId;
  #state: State | undefined;
  /** Reads take turns: each builds on what the one before has brought. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(cluster: ClusterId) {
    this.#cluster = cluster;
  }

  /** Objects held. */
  get size(): number {
    return this.#state?.objects.objects.size ?? 0;
  }

  read(tx: TenantTransaction): Promise<ClusterMesh> {
    const reading = this.#turn.then(() => this.#read(tx));
    this.#turn = reading.catch(() => {});
    return reading;
  }

  async #read(tx: TenantTransaction): Promise<ClusterMesh> {
    const [cluster] = await clusterStates(tx, [this.#cluster]);
    const dataPlane = cluster?.dataPlane;
    const plane = JSON.stringify(dataPlane) ?? "";
    const known = this.#state?.plane === plane ? this.#state : undefined;
    const mesh = known && (await this.#update(tx, known));
    if (mesh !== undefined) return mesh;
    // What is rendered or acknowledged between two pages can spoil one try, not several.
    for (let attempt = 0; attempt < 3; attempt++) {
      const fresh = newState(plane, settingsFrom(dataPlane));
      const made = await this.#update(tx, fresh);
      if (made === undefined) continue;
      this.#state = fresh;
      return made;
    }
    throw new TypeError("a bundle does not have the digest that is stored with it");
  }

  /** Undefined: what the state knows is too old to go on from. */
  async #update(tx: TenantTransaction, state: State): Promise<ClusterMesh | undefined> {
    const bundle = await readBundle(tx, this.#cluster, state.through);
    const { head, facts } = await factsSince(tx, this.#cluster, state.factsVersion);
    // A state of an earlier snapshot than one already read would bring old rows back.
    if (facts === undefined || (head?.version ?? 0) < state.factsVersion) return undefined;
    if (compareRevisions(bundle.through, state.through) < 0) return undefined;
    for (const { key, digest } of bundle.rows) {
      const before = state.digests.get(key);
      if (before !== undefined) state.digest.remove(key, before);
      state.digests.delete(key);
      if (digest === undefined) continue;
      state.digests.set(key, digest);
      state.digest.add(key, digest);
    }
    // Tombstones are dropped once the cluster has them: who was away for long finds by the digest that it missed some.
    if (state.digest.hex !== (bundle.digest ?? EMPTY_MANIFEST_DIGEST)) {
      if (this.#state === state) this.#state = undefined;
      return undefined;
    }
    state.through = bundle.through;
    state.factsVersion = head?.version ?? 0;
    const changes = state.objects.apply(bundle.rows, facts, head !== undefined);
    if (changes.length + facts.length > 0) state.version = {};
    state.index.apply(changes);
    return {
      index: state.index,
      settings: state.settings,
      version: state.version,
      objects: state.objects.objects,
      certificates: state.objects.certificates,
      revision: bundle.through,
      observedAt: head?.observedAt,
      leftOut: head?.leftOut ?? {},
    };
  }
}

function newState(plane: string, settings: MeshSettings): State {
  return {
    plane,
    settings,
    index: new MeshIndex(settings),
    objects: new ClusterObjects(),
    digest: new ManifestDigest(),
    digests: new Map(),
    through: { epoch: 0, n: 0 },
    factsVersion: 0,
    version: {},
  };
}

async function readBundle(tx: TenantTransaction, cluster: ClusterId, after: Revision) {
  const rows: BundleRow[] = [];
  let place: { revision: Revision; key: string | undefined } = { revision: after, key: undefined };
  for (;;) {
    const page = await readBundlePage(tx, cluster, { after: place, limit: PAGE_ROWS });
    rows.push(...page.rows);
    const last = page.rows.at(-1);
    if (!page.more || last === undefined) return { rows, through: page.through, digest: page.digest };
    place = { revision: last.revision, key: last.key };
  }
}
