import { createPrivateKey, generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { MeshError, Secret } from "@fairlead/core";
import { z } from "zod";

/** Who a connector is, as it is kept. */
export interface IdentityRecord {
  /** Ed25519, PKCS #8 in PEM. */
  readonly privateKey: Secret;
  /** Random id of this record. */
  readonly instance: string;
  /** What the cloud calls the cluster; undefined until enrolled. */
  readonly clusterId?: string | undefined;
  /** UID of the namespace `kube-system` of the cluster it is kept for; undefined until that was looked at. */
  readonly clusterUid?: string | undefined;
}

/** Where a connector's identity is kept. */
export interface IdentityStore {
  /** What is kept, or a new identity, kept before it is given. Throws `cache_corrupt` when what is kept is damaged. */
  readOrCreate(): Promise<IdentityRecord>;
  /** Replaces it; resolves when it is durable. */
  save(record: IdentityRecord): Promise<void>;
}

const documentSchema = z.object({
  instance: z.string().min(1),
  clusterId: z.string().min(1).optional(),
  clusterUid: z.string().min(1).optional(),
});

/** What is told of an identity in the open, beside its key. */
export type IdentityDocument = z.output<typeof documentSchema>;

/** A key pair and an id that nobody has had before. */
export function newIdentity(): IdentityRecord {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { privateKey: new Secret(pem), instance: randomUUID() };
}

/** The record as two texts, the first of them secret. */
export function identityTexts(record: IdentityRecord): { readonly key: Secret; readonly document: string } {
  const { privateKey, instance, clusterId, clusterUid } = record;
  const document: IdentityDocument = { instance, clusterId, clusterUid };
  return { key: privateKey, document: JSON.stringify(document) };
}

/** Reads what {@link identityTexts} gave. Throws `cache_corrupt` that names the damaged one and says what to do. */
export function parseIdentity(key: Secret, document: string, where: { key: string; document: string }): IdentityRecord {
  reading(where.key, () => privateKeyOf(key));
  return { privateKey: key, ...reading(where.document, () => documentSchema.parse(JSON.parse(document))) };
}

/** The key to sign with. */
export function privateKeyOf(key: Secret): KeyObject {
  return createPrivateKey(key.reveal());
}

function reading<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch {
    // What the parser complains of may quote the key.
    const text = `${where} is damaged. Restore it, or take the state away and enrol again with a new join token.`;
    throw new MeshError("cache_corrupt", { public: text });
  }
}
