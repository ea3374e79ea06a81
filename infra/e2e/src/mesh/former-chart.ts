import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tempDir } from "@fairlead/testkit";

/** The chart as the release before this one; goes away when disposed. */
export interface FormerChart extends AsyncDisposable {
  readonly path: string;
}

/**
 * Nothing has been released yet, so the chart before this one is this one under an earlier version: labels, annotations
 * and the versions named in them differ, as between any two releases.
 */
export async function formerChart(chart: string): Promise<FormerChart> {
  const folder = await tempDir("former-chart");
  const path = join(folder.path, "fairlead");
  cpSync(chart, path, { recursive: true });
  const file = join(path, "Chart.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace(/^version: .*$/m, "version: 0.0.9"));
  return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}
