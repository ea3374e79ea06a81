import { type ClusterId, isId, type OrganizationId } from "@fairlead/contract";
import { parseToken } from "@fairlead/contract/token-secret";
import { type Log, MeshError, type Revision } from "@fairlead/core";
import {
  type CloneReason,
  type ClusterIdentity,
  type Database,
  getCluster,
  recordClone,
  releaseLease,
  setClusterServed,
} from "@fairlead/database";
import {
  type BundlePosition,
  DEFAULT_FACTS_QUOTA,
  type EnrollFrame,
  type FactsFrame,
  type FactsQuota,
  type HelloFrame,
  type HubEvent,
  keyId,
  NO_REVISION,
} from "@fairlead/tunnel";
import { BundleSource } from "./bundle-source.ts";
import { FactStore } from "./fact-store.ts";
import type { HubMetrics } from "./hub-metrics.ts";
import { ReportedState } from "./reported-state.ts";
import { Semaphore } from "./semaphore.ts";
import { StateWriter } from "./state-writer.ts";
import { takeSocket } from "./take-socket.ts";

export interface AdmissionOptions {
  readonly database: Database;
  readonly log: Log;
  readonly metrics: HubMetrics;
  /** Name of this replica, in leases. */
  readonly holder: string;
  /** How long a lease is good without renewal, in milliseconds. */
  readonly leaseTtlMs: number;
  /** Full syncs read from the database at a time; the rest waits. */
  readonly fullSyncs: number;
  /** Shortest time between two state writes of a cluster, in milliseconds. */
  readonly stateIntervalMs: number;
  /** How much may be stored of what a cluster tells of itself. Default {@link DEFAULT_FACTS_QUOTA}. */
  readonly factsQuota?: FactsQuota;
  /** State of the organization was written. */
  readonly onState: (organization: OrganizationId, cluster: ClusterId) => void;
  /** What a cluster serves has changed, which is a revision. */
  readonly onWrite: (organization: OrganizationId) => void;
}

/** Says who may connect, and gives those who may what their session needs. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #fullSyncs: Semaphore;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#fullSyncs = new Semaphore(options.fullSyncs);
  }

  /** Redeems a join token. */
  async enroll(frame: EnrollFrame): Promise<HubEvent> {
    const token = parseToken("jt", frame.joinToken);
    if (token === undefined) return refused("join_token_invalid", "The join token is not one of ours.");
    try {
      const { cluster } = await this.#options.database.system.join({
        token: token.id,
        hash: token.hash,
        publicKey: frame.publicKey,
        kubeSystemUid: frame.clusterUid,
      });
      return { type: "enrolled", clusterId: cluster };
    } catch (thrown) {
      const error = MeshError.from(thrown);
      if (error.code === "internal" || error.code === "unavailable") throw thrown;
      return refused(error.code, error.public);
    }
  }

  /** The key a connector must prove to hold. */
  async identify(clusterId: string, key: string): Promise<HubEvent> {
    const found = isId("clu", clusterId) ? await this.#options.database.system.findCluster(clusterId) : undefined;
    const welcome = found !== undefined && found.revokedAt === undefined;
    const publicKey = welcome ? found.publicKeys.find((candidate) => keyId(candidate) === key) : undefined;
    return { type: "identified", publicKey };
  }

  /** Takes the lease for a connector that has proved its key. `onFenced`: the lease went to another connection. */
  async admit(hello: HelloFrame, onFenced: () => void): Promise<Admitted | Extract<HubEvent, { type: "refused" }>> {
    const { database, holder, leaseTtlMs: ttlMs } = this.#options;
    const found = isId("clu", hello.clusterId) ? await database.system.findCluster(hello.clusterId) : undefined;
    if (found === undefined || found.revokedAt !== undefined) {
      return refused("cluster_revoked", "The cluster was revoked.");
    }
    if (found.kubeSystemUid !== undefined && found.kubeSystemUid !== hello.clusterUid) {
      return this.#refuseClone(found, hello, "other_cluster");
    }
    const { organization, cluster } = found;
    const taken = await database.withTenant(organization, (tx) =>
      takeSocket(tx, { cluster, holder, ttlMs, process: hello.process }),
    );
    if (taken === undefined) return this.#refuseClone(found, hello, "second_connector");
    return new Admitted(this.#options, this.#fullSyncs, { organization, cluster, ...taken, hello, onFenced });
  }

  async #refuseClone({ organization, cluster }: ClusterIdentity, hello: HelloFrame, reason: CloneReason) {
    const { database, log, onState } = this.#options;
    const { clusterUid: kubeSystemUid, instance, process } = hello;
    await database.withTenant(organization, (tx) => recordClone(tx, { cluster, reason, kubeSystemUid }));
    log.warn("connector refused as a clone", { organization, cluster, reason, kubeSystemUid, instance, process });
    onState(organization, cluster);
    const text =
      reason === "other_cluster"
        ? "This identity belongs to another Kubernetes cluster. Take the connector's state away here and join this cluster " +
          `by itself; or, if it replaces the other, say so: fairlead cluster confirm ${cluster} --uid ${kubeSystemUid}`
        : "Another connector with this identity has the session, and both have put each other out in turn. Take the " +
          "connector's state away in one of the two clusters and join that one by itself.";
    return refused("cluster_cloned", text);
  }
}

interface Grant {
  readonly organization: OrganizationId;
  readonly cluster: ClusterId;
  readonly fence: number;
  readonly revision: Revision;
  readonly hello: HelloFrame;
  readonly onFenced: () => void;
}

/** What an admitted session reads and writes, under its lease. */
export class Admitted {
  readonly organization: OrganizationId;
  readonly cluster: ClusterId;
  /** UID of the namespace `kube-system` where its connector is. */
  readonly kubeSystemUid: string;
  readonly fence: number;
  /** The revision the bundles were rendered to when it was admitted. */
  readonly revision: Revision;
  readonly #options: AdmissionOptions;
  readonly #fullSyncs: Semaphore;
  readonly #source: BundleSource;
  readonly #state: ReportedState;
  readonly #writer: StateWriter;
  readonly #facts: FactStore;

  constructor(options: AdmissionOptions, fullSyncs: Semaphore, grant: Grant) {
    const { organization, cluster, fence, revision, hello, onFenced } = grant;
    const { database, log, stateIntervalMs: intervalMs, onState } = options;
    this.organization = organization;
    this.cluster = cluster;
    this.kubeSystemUid = hello.clusterUid;
    this.fence = fence;
    this.revision = revision;
    this.#options = options;
    this.#fullSyncs = fullSyncs;
    this.#source = new BundleSource(database, organization, cluster);
    this.#state = new ReportedState(hello.holds);
    const onWritten = () => onState(organization, cluster);
    const state = this.#state;
    this.#writer = new StateWriter({
      database,
      log,
      organization,
      cluster,
      fence,
      state,
      intervalMs,
      onWritten,
      onFenced,
    });
    const { factsQuota: quota = DEFAULT_FACTS_QUOTA } = options;
    this.#facts = new FactStore({ database, log, organization, cluster, fence, quota, onWritten, onFenced });
  }

  /** The session is open: records what the connector said of its cluster. */
  opened(hello: HelloFrame): void {
    const { database, log, onWrite } = this.#options;
    const { organization, cluster } = this;
    this.#state.connector(hello);
    this.#writer.schedule();
    const record = async () => {
      // Read first: a write waits for the organization's counter, which a thousand reconnects must not fight over.
      const known = await database.withTenant(organization, (tx) => getCluster(tx, cluster));
      const served = [...new Set(hello.serves)].sort();
      if (known.served !== undefined && known.served.join(" ") === served.join(" ")) return;
      const changed = await database.write(organization, "system", (tx) => setClusterServed(tx, cluster, served));
      if (changed) onWrite(organization);
    };
    record().catch((error: unknown) =>
      log.warn("served kinds could not be recorded", { organization, cluster, error }),
    );
  }

  /** Notes what the connector reported and has it written. */
  report(note: (state: ReportedState) => void): void {
    note(this.#state);
    this.#writer.schedule();
  }

  /** An object is larger than a frame. */
  unsendable(key: string, revision: Revision, sizeBytes: number): void {
    const message = `the object is ${sizeBytes} bytes, more than a tunnel frame holds; split it`;
    const stage = "applied";
    const at = Date.now();
    this.report((state) =>
      state.unsendable({ key, revision, stage, state: "rejected", reason: "ObjectTooLarge", field: "", message, at }),
    );
  }

  /** Changes after a position. From nothing, that is a full sync and waits for its turn. */
  changes(after: BundlePosition, limit: number): Promise<HubEvent> {
    const read = () => this.#source.changes(after, limit);
    return after.revision.epoch === NO_REVISION.epoch ? this.#queued(read) : read();
  }

  /** The live manifest. */
  manifest(): Promise<HubEvent> {
    return this.#queued(() => this.#source.manifest());
  }

  /** Bodies by digest. */
  bodies(digests: readonly string[]): Promise<HubEvent> {
    return this.#queued(() => this.#source.bodies(digests));
  }

  /** What is stored of what the cluster tells of itself. */
  loadFacts(): Promise<HubEvent> {
    return this.#facts.load();
  }

  /** Stores what the cluster tells of itself. */
  storeFacts(facts: FactsFrame): Promise<HubEvent> {
    return this.#facts.store(facts);
  }

  /** Writes what is left and gives the lease back. */
  async close(): Promise<void> {
    const { database, log } = this.#options;
    const { organization, cluster, fence } = this;
    await this.#writer.close();
    try {
      await database.withTenant(organization, (tx) => releaseLease(tx, { cluster, fence }));
    } catch (error) {
      log.warn("lease could not be released; it expires", { organization, cluster, error });
    }
  }

  async #queued(read: () => Promise<HubEvent>): Promise<HubEvent> {
    try {
      return await this.#fullSyncs.run(() => {
        this.#options.metrics.loadQueue.set(this.#fullSyncs.queued);
        return read();
      });
    } finally {
      this.#options.metrics.loadQueue.set(this.#fullSyncs.queued);
    }
  }
}

function refused(code: Extract<HubEvent, { type: "refused" }>["code"], reason: string) {
  return { type: "refused", code, reason, retryAfterMs: 60_000 } as const;
}
