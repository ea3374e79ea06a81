import { type LabelSelector, parseLabelSelector } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import type { Io } from "../io.ts";
import { type Desired, desiredOf } from "./desired.ts";
import { type ManifestProblem, parseManifests } from "./parse.ts";
import { readSources } from "./sources.ts";

/**
 * Reads everything `-f` names. Either all of it is good or `invalid_field` (`malformed_body` when a text is no YAML)
 * is thrown with every problem found, so that nothing is written on the strength of half a set.
 */
export async function loadDesired(
  paths: readonly string[],
  placement: string | undefined,
  io: Io,
): Promise<readonly Desired[]> {
  const selector = placement === undefined ? undefined : readPlacement(placement);
  const parsed = (await readSources(paths, io)).map(parseManifests);
  const set = desiredOf(
    parsed.flatMap((one) => one.manifests),
    selector,
  );
  const unreadable = parsed.flatMap((one) => one.problems);
  const problems = [...unreadable, ...set.problems];
  if (problems.length > 0) {
    throw new MeshError(unreadable.length > 0 ? "malformed_body" : "invalid_field", {
      public: `${problems.length === 1 ? "one problem" : `${problems.length} problems`}; nothing was changed\n${problems.map(line).join("\n")}`,
    });
  }
  if (set.desired.length === 0) {
    throw new MeshError("invalid_request", { public: "there is no manifest in what -f names" });
  }
  return set.desired;
}

function readPlacement(text: string): LabelSelector {
  const parsed = parseLabelSelector(text);
  if ("problem" in parsed) throw new MeshError("invalid_field", { public: `--placement: ${parsed.problem}` });
  return parsed.selector;
}

function line({ source, line: number, message }: ManifestProblem): string {
  return `  ${source}:${number}: ${message}`;
}
