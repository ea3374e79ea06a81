import { createHash } from "node:crypto";
import type { BundleKey, DigestHex } from "./frame.ts";

const MODULUS = 1n << 256n;

/** Digest of a manifest without objects. */
export const EMPTY_MANIFEST_DIGEST: DigestHex = "0".repeat(64);

/**
 * Digest of a set of (key, content digest) pairs: the sum modulo 2^256 of the SHA-256 of every pair. A sum does not
 * depend on order and takes additions and removals in O(1), which is what lets both ends keep it up to date.
 */
export class ManifestDigest {
  #sum: bigint;

  /** Starts from a digest that {@link hex} gave. Default: the empty manifest. */
  constructor(from: DigestHex = EMPTY_MANIFEST_DIGEST) {
    this.#sum = BigInt(`0x${from}`);
  }

  /** Puts a pair in. */
  add(key: BundleKey, digest: DigestHex): void {
    this.#sum = (this.#sum + term(key, digest)) % MODULUS;
  }

  /** Takes out a pair that is in. */
  remove(key: BundleKey, digest: DigestHex): void {
    this.#sum = (this.#sum - term(key, digest) + MODULUS) % MODULUS;
  }

  get hex(): DigestHex {
    return this.#sum.toString(16).padStart(64, "0");
  }
}

/** Digest of a whole manifest. */
export function manifestDigest(entries: Iterable<{ readonly key: BundleKey; readonly digest: DigestHex }>): DigestHex {
  const digest = new ManifestDigest();
  for (const entry of entries) digest.add(entry.key, entry.digest);
  return digest.hex;
}

function term(key: BundleKey, digest: DigestHex): bigint {
  return BigInt(`0x${createHash("sha256").update(`${key}\n${digest}`).digest("hex")}`);
}
