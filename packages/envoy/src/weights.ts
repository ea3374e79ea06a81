import type { ForwardAction, WeightedBackend } from "@fairlead/mesh-model";

/** A backend that gets a share of the requests. */
export interface Share {
  readonly backend: string;
  readonly target: WeightedBackend;
  readonly weight: number;
}

/** Requests whose random number, modulo a {@link MILLION}, is at least `from` and below `to`. */
export interface Slice {
  readonly from: number;
  readonly to: number;
  /** Who gets them, none with weight 0; empty: they are answered an error, because the backend reference is not valid. */
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

/**
 * Divides the requests of `action` by weight: what is answered an error, each backend that rewrites or mirrors by itself,
 * and all others together, which come last.
 */
export function slices(action: ForwardAction): Slice[] {
  const targets = action.backends.filter(({ weight }) => weight > 0);
  const shares = targets.flatMap((target): Share[] =>
    target.backend === undefined ? [] : [{ backend: target.backend, target, weight: target.weight }],
  );
  const groups = [
    { shares: [], weight: sum(targets.filter(({ backend }) => backend === undefined)) },
    ...shares.filter(isParticular).map((share) => ({ shares: [share], weight: share.weight })),
  ];
  const common = shares.filter((share) => !isParticular(share));
  groups.push({ shares: common, weight: sum(common) });
  const present = groups.filter(({ weight }) => weight > 0);
  if (present.length === 0) return [{ from: 0, to: MILLION, shares: [] }];

  const total = sum(present);
  const divides = present.length > 1 || (action.mirrors?.some(({ perMillion }) => perMillion < MILLION) ?? false);
  let before = 0;
  let from = 0;
  return present.map((group, index) => {
    before += group.weight;
    // No group is rounded away.
    const most = MILLION - (present.length - 1 - index);
    const to = Math.min(Math.max(Math.round((before / total) * MILLION), from + 1), most);
    const slice = { from, to, shares: divides ? rescale(group.shares, group.weight) : group.shares };
    from = to;
    return slice;
  });
}

function isParticular({ target }: Share): boolean {
  return target.rewrite !== undefined || target.mirrors !== undefined;
}

function sum(parts: readonly { readonly weight: number }[]): number {
  return parts.reduce((total, { weight }) => total + weight, 0);
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
