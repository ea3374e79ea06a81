import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

const CONTEXT = "fairlead.v1 tunnel proof";

/** What a connector signs: a context no other use of the key shares, the cluster id and the hub's nonce. */
export function proofMessage(nonce: Uint8Array, clusterId: string): Uint8Array {
  return Buffer.concat([Buffer.from(`${CONTEXT}\0${clusterId}\0`), nonce]);
}

/** Signs the hub's nonce with the connector's Ed25519 private key; 64 bytes. */
export function signProof(privateKey: KeyObject, nonce: Uint8Array, clusterId: string): Uint8Array {
  return sign(null, proofMessage(nonce, clusterId), privateKey);
}

/** Whether the signature was made over this nonce and cluster id with the private half of this raw public key. */
export function verifyProof(
  publicKey: Uint8Array,
  nonce: Uint8Array,
  clusterId: string,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const x = Buffer.from(publicKey).toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return verify(null, proofMessage(nonce, clusterId), key, signature);
}

/** Raw public key (32 bytes) of an Ed25519 key object. */
export function rawPublicKey(key: KeyObject): Uint8Array {
  const { x } = (key.type === "public" ? key : createPublicKey(key)).export({ format: "jwk" });
  return Buffer.from(x ?? "", "base64url");
}

/** Id of a public key: the first 16 bytes of its SHA-256, hex. */
export function keyId(publicKey: Uint8Array): string {
  return createHash("sha256").update(publicKey).digest("hex").slice(0, 32);
}
