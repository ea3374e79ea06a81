import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { enterNode } from "../machine/node-programs.ts";
import { attempt, run } from "../machine/run.ts";
import type { NodePlan } from "../plan/node-plan.ts";

/** Puts image archives (OCI or Docker) on nodes of the lab in `directory`, under the names inside the archives. */
export async function loadImages(
  directory: string,
  nodes: readonly NodePlan[],
  archives: readonly string[],
): Promise<void> {
  await withMergedArchives(directory, archives, (merged) => importImages(nodes, merged));
}

/**
 * Makes one archive of several, in which what they share is there once, for as long as `use` takes: containerd reads
 * every byte of an archive, also of layers it has. What is no OCI archive is given to `use` as it is.
 */
export async function withMergedArchives(
  directory: string,
  archives: readonly string[],
  use: (archives: readonly string[]) => Promise<void>,
): Promise<void> {
  // In the lab's directory, so that it goes with the lab should this process be killed.
  const folder = mkdtempSync(join(directory, "images-"));
  try {
    await use(await mergeArchives(archives, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts archives on nodes as they are, on all nodes at once. */
export async function importImages(nodes: readonly NodePlan[], archives: readonly string[]): Promise<void> {
  const load = ["ctr", "--namespace", "k8s.io", "images", "import", "--all-platforms", "-"];
  await Promise.all(
    nodes.map(async (node) => {
      // Opened on the machine: a node does not see all of the machine's folders.
      const given = (archive: string) => ["sh", "-c", 'exec "$@" < "$0"', archive, ...enterNode(node, load)];
      for (const archive of archives) await run(given(archive), { timeoutMs: 300_000 });
    }),
  );
}

async function mergeArchives(archives: readonly string[], folder: string): Promise<string[]> {
  if (archives.length < 2) return [...archives];
  const layout = join(folder, "layout");
  mkdirSync(layout);
  const manifests: object[] = [];
  const others: string[] = [];
  for (const archive of archives) {
    const index = await indexOf(archive);
    if (index === undefined) {
      others.push(archive);
      continue;
    }
    manifests.push(...index.manifests);
    const once = ["--skip-old-files", "--no-same-owner"];
    await run([
      "tar",
      "-xf",
      archive,
      "-C",
      layout,
      ...once,
      "--no-anchored",
      "--exclude=index.json",
      "--exclude=manifest.json",
    ]);
  }
  if (manifests.length === 0) return others;
  const mediaType = "application/vnd.oci.image.index.v1+json";
  writeFileSync(join(layout, "index.json"), JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
  const output = join(folder, "merged.tar");
  await run(["tar", "-cf", output, "-C", layout, "."]);
  return [output, ...others];
}

/** The index of an OCI archive; undefined of another archive. */
async function indexOf(archive: string): Promise<{ readonly manifests: readonly object[] } | undefined> {
  const { code, stdout } = await attempt(["tar", "-xOf", archive, "--no-anchored", "index.json"]);
  return code === 0 && stdout !== "" ? JSON.parse(stdout) : undefined;
}
