import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MeshError } from "@fairlead/core";
import { clusterAddresses, LAB_RANGE, MOST_CLUSTERS, nodeAddresses, overlap } from "../plan/addresses.ts";
import type { Ledger } from "./ledger.ts";

/** Where all labs of the machine, wherever their directories are, keep what concerns them together: who has which cluster number. */
export const LABS_FOLDER = "/run/lock/fairlead-lab";

/** Takes the lowest free cluster numbers for the lab in `directory`. Throws `unavailable` when there are not enough. */
export async function claimIndices(ledger: Ledger, directory: string, count: number): Promise<number[]> {
  mkdirSync(LABS_FOLDER, { recursive: true });
  const indices: number[] = [];
  for (let index = 0; index < MOST_CLUSTERS && indices.length < count; index++) {
    const path = join(LABS_FOLDER, `cluster-${index}`);
    dropStaleClaim(path);
    if (existsSync(path)) continue;
    if (await ledger.make({ kind: "claim", path, owner: directory }, () => create(path, directory)))
      indices.push(index);
  }
  if (indices.length === count) return indices;
  throw new MeshError("unavailable", {
    public: `Other labs leave only ${indices.length} of ${MOST_CLUSTERS} cluster numbers free; take one down first`,
  });
}

/** The directories of all labs of the machine that have a cluster number. */
export function claimingDirectories(): string[] {
  if (!existsSync(LABS_FOLDER)) return [];
  const owners = readdirSync(LABS_FOLDER)
    .filter((name) => /^cluster-\d+$/.test(name))
    .flatMap((name) => ownerOf(join(LABS_FOLDER, name)) ?? [])
    .filter((directory) => existsSync(directory));
  return [...new Set(owners)].sort();
}

/**
 * Which of the machine's own address ranges labs would take over, given the destinations of its routes.
 * Ranges inside a segment or pod range of a running lab's cluster do not count: they are the lab's.
 */
export function overlappingRanges(destinations: readonly string[]): string[] {
  const ours = new Set(
    Array.from({ length: MOST_CLUSTERS }, (_, index) => [
      clusterAddresses(index).segment,
      ...Array.from({ length: 16 }, (_, node) => nodeAddresses(index, node).podCidr),
    ]).flat(),
  );
  return destinations.filter((range) => range !== "default" && overlap(range, LAB_RANGE) && !ours.has(range));
}

/** Makes the file with its content in one step; false when somebody else was first. */
function create(path: string, owner: string): boolean {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, owner);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** A claim whose lab no longer has a directory was left by a lab whose directory was deleted by hand. */
function dropStaleClaim(path: string): void {
  const owner = ownerOf(path);
  if (owner !== undefined && !existsSync(owner)) rmSync(path, { force: true });
}

/** Whom a claim is of; undefined when it has just been given up. */
function ownerOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
