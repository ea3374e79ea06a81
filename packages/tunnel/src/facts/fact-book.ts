import { createHash } from "node:crypto";
import type { BundleKey, DigestHex, FactsQuota } from "../frame.ts";

/** A fact with what comparing and counting it takes. */
export interface BookedFact {
  readonly body: string;
  readonly digest: DigestHex;
  readonly sizeBytes: number;
}

/** Facts that do not fit, as keys and as numbers by kind. */
export interface Excess {
  readonly keys: ReadonlySet<BundleKey>;
  readonly byKind: Readonly<Record<string, number>>;
}

const NO_EXCESS: Excess = { keys: new Set(), byKind: {} };

/** What goes first when not everything fits; kinds that are not listed come before the last two. */
const LAST_KINDS = ["Service", "EndpointSlice"];

/** Everything a connector knows of its cluster, by key. Outlives connections. */
export class FactBook {
  readonly #facts = new Map<BundleKey, BookedFact>();
  #sizeBytes = 0;
  /** The largest fact there may be: this only grows, which makes looking for large ones rare enough. */
  #largestBytes = 0;

  get facts(): ReadonlyMap<BundleKey, BookedFact> {
    return this.#facts;
  }

  /** Writes a fact (JSON text), or strikes it out. False: it was so already. */
  set(key: BundleKey, body: string | undefined): boolean {
    const before = this.#facts.get(key);
    if (before?.body === body) return false;
    this.#sizeBytes -= before?.sizeBytes ?? 0;
    if (body === undefined) {
      this.#facts.delete(key);
      return true;
    }
    const sizeBytes = Buffer.byteLength(body);
    this.#sizeBytes += sizeBytes;
    this.#largestBytes = Math.max(this.#largestBytes, sizeBytes);
    this.#facts.set(key, { body, sizeBytes, digest: createHash("sha256").update(body).digest("hex") });
    return true;
  }

  /**
   * What is too much for a quota, or too large for one message. Which facts those are depends on the facts alone: the
   * least telling kinds first, then the last in the order of keys.
   */
  excess(quota: FactsQuota, maxFactBytes: number): Excess {
    const fits = this.#facts.size <= quota.objects && this.#sizeBytes <= quota.bytes;
    if (fits && this.#largestBytes <= maxFactBytes) return NO_EXCESS;
    const keys = new Set<BundleKey>();
    const byKind: Record<string, number> = {};
    let [objects, bytes] = [0, 0];
    for (const [key, { sizeBytes }] of [...this.#facts].sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1))) {
      const within = objects < quota.objects && bytes + sizeBytes <= quota.bytes && sizeBytes <= maxFactBytes;
      if (within) {
        objects += 1;
        bytes += sizeBytes;
        continue;
      }
      const kind = kindOf(key);
      keys.add(key);
      byKind[kind] = (byKind[kind] ?? 0) + 1;
    }
    return { keys, byKind };
  }
}

function place(key: BundleKey): number {
  return LAST_KINDS.indexOf(kindOf(key));
}

function kindOf(key: BundleKey): string {
  return key.split("/")[1] ?? "";
}
