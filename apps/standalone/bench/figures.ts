/** One measured figure. */
export interface Figure {
  readonly part: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What the product promises, for the reader to compare. */
  readonly target?: string;
}

/** The value below which the share `q` of the sample lies (nearest rank). */
export function quantile(sample: readonly number[], q: number): number {
  const sorted = [...sample].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? Number.NaN;
}

/** p50, p99 and maximum of a sample in milliseconds. */
export function latencies(
  part: string,
  name: string,
  sample: readonly number[],
  targets: { p50?: string; p99?: string } = {},
): Figure[] {
  const figure = (label: string, value: number, target?: string): Figure => ({
    part,
    name: `${name} ${label}`,
    value: round(value),
    unit: "ms",
    ...(target === undefined ? {} : { target }),
  });
  return [
    figure("p50", quantile(sample, 0.5), targets.p50),
    figure("p99", quantile(sample, 0.99), targets.p99),
    figure("max", quantile(sample, 1)),
  ];
}

/** Two digits behind the point. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The figures as an aligned table. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ part, name, value, unit, target }) => [part, name, `${value}`, unit, target ?? ""]);
  const all = [["part", "figure", "value", "unit", "target"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map((row) =>
      row
        .map((cell, column) => (column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
