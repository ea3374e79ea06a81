/** Lists are in the order of ids, which is the order of making. */
export interface PageRequest<I extends string> {
  /** How many at most. */
  readonly limit: number;
  /** The last id of the page before. */
  readonly after?: I | undefined;
}

/** A part of a list. */
export interface Page<T, I extends string> {
  readonly items: readonly T[];
  /** Present when there is more: give it as `after`. */
  readonly next: I | undefined;
}

/** Cuts the row that was read beyond the limit, and says where to go on. */
export function pageOf<T extends { readonly id: I }, I extends string>(items: readonly T[], limit: number): Page<T, I> {
  const kept = items.slice(0, limit);
  return { items: kept, next: items.length > limit ? kept.at(-1)?.id : undefined };
}
