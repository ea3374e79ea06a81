import type { ForwardAction, WeightedBackend } from "@fairlead/mesh-model";

/** A backend that gets a share of the requests. */
export interface Share {
  readonly backend: string;
  readonly target: WeightedBackend;
  readonly weight: number;
}

/** How a forward action's requests are divided. */
export interface Split {
  /** Parts per million answered 500, because their backend reference is not valid. */
  readonly invalidPerMillion: number;
  /** Of the rest; none has weight 0. */
  readonly shares: readonly Share[];
}

/** Parts of all requests. */
export const MILLION = 1_000_000;

/**
 * A prime below a million. Envoy draws one random number per request and takes it modulo a million for the fraction of a
 * route or a mirror and modulo the total weight for its clusters; only with totals without a common factor are the two
 * independent, and the rest of the requests divided as the weights say.
 */
const COPRIME_TOTAL = 999_983;

/** Divides the requests of `action` by weight. */
export function split(action: ForwardAction): Split {
  let invalid = 0;
  let valid = 0;
  const shares: Share[] = [];
  for (const target of action.backends) {
    if (target.weight <= 0) continue;
    if (target.backend === undefined) {
      invalid += target.weight;
    } else {
      valid += target.weight;
      shares.push({ backend: target.backend, target, weight: target.weight });
    }
  }
  if (valid === 0) return { invalidPerMillion: MILLION, shares: [] };
  const mirrorsPart = action.mirrors?.some(({ perMillion }) => perMillion < MILLION) ?? false;
  if (invalid === 0) return { invalidPerMillion: 0, shares: mirrorsPart ? rescale(shares, valid) : shares };
  const share = Math.round((invalid / (invalid + valid)) * MILLION);
  return { invalidPerMillion: Math.min(Math.max(share, 1), MILLION - 1), shares: rescale(shares, valid) };
}

/** The same proportions with {@link COPRIME_TOTAL} as their sum, to within one part of it each. */
function rescale(shares: readonly Share[], total: number): Share[] {
  let before = 0;
  return shares.map((share) => {
    const start = Math.round((before / total) * COPRIME_TOTAL);
    before += share.weight;
    return { ...share, weight: Math.round((before / total) * COPRIME_TOTAL) - start };
  });
}
