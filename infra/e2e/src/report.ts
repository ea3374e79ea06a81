import { relative } from "node:path";

/** What vitest's JSON reporter says, as far as it is read here. */
export interface Outcome {
  readonly startTime: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly startTime: number;
    readonly endTime: number;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly duration?: number | null;
    }[];
  }[];
}

/** The report for people: which tests of which commit passed, and how long each took. */
export function reportText(outcome: Outcome, about: { readonly root: string; readonly commit: string }): string {
  const files = [...outcome.testResults].sort((a, b) => a.name.localeCompare(b.name));
  const all = files.flatMap(({ assertionResults }) => assertionResults);
  const passed = all.filter(({ status }) => status === "passed").length;
  const lines = files.flatMap(({ name, startTime, endTime, assertionResults }) => [
    `## ${relative(about.root, name)}`,
    "",
    `${((endTime - startTime) / 1_000).toFixed(0)} s in all, set-up included.`,
    "",
    "| test | outcome | s |",
    "| --- | --- | ---: |",
    ...assertionResults.map(
      ({ fullName, status, duration }) => `| ${fullName} | ${status} | ${((duration ?? 0) / 1_000).toFixed(1)} |`,
    ),
    "",
  ]);
  const date = new Date(outcome.startTime).toISOString().slice(0, 10);
  return `# End to end on real clusters

Commit ${about.commit}, ${date}: ${passed} of ${all.length} passed. Run with \`npm run e2e\`.

${lines.join("\n")}`;
}
