import type { KeyObject } from "node:crypto";
import { rawPublicKey } from "@fairlead/tunnel";
import { type IdentityRecord, type IdentityStore, privateKeyOf } from "./state/identity-store.ts";

/** Who this connector is: a key pair that never leaves its cluster, an id, and the cluster id the cloud gave it. */
export class Identity {
  readonly privateKey: KeyObject;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly #store: IdentityStore;
  #record: IdentityRecord;

  private constructor(store: IdentityStore, record: IdentityRecord) {
    this.#store = store;
    this.#record = record;
    this.privateKey = privateKeyOf(record.privateKey);
    this.publicKey = rawPublicKey(this.privateKey);
  }

  /** Reads the identity that is kept, or makes a new one. Throws `cache_corrupt` when it is damaged. */
  static async open(store: IdentityStore): Promise<Identity> {
    return new Identity(store, await store.readOrCreate());
  }

  /** Random id of the place it is kept in. */
  get instance(): string {
    return this.#record.instance;
  }

  /** Undefined until enrolled. */
  get clusterId(): string | undefined {
    return this.#record.clusterId;
  }

  /** UID of the namespace `kube-system` of the cluster it is kept for; undefined until that was looked at. */
  get clusterUid(): string | undefined {
    return this.#record.clusterUid;
  }

  /** Keeps the id; it is durable when this resolves. */
  saveClusterId(clusterId: string): Promise<void> {
    return this.#save({ clusterId });
  }

  /** Keeps the UID; it is durable when this resolves. */
  saveClusterUid(clusterUid: string): Promise<void> {
    return this.#save({ clusterUid });
  }

  async #save(change: Partial<IdentityRecord>): Promise<void> {
    const record = { ...this.#record, ...change };
    await this.#store.save(record);
    this.#record = record;
  }
}
