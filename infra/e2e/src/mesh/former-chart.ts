import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "@fairlead/lab";
import { tempDir } from "@fairlead/testkit";
import { PRODUCT_IMAGES } from "./images.ts";

const VERSION = "0.0.9";

/** The chart as the release before this one; goes away when disposed. */
export interface FormerChart extends AsyncDisposable {
  readonly path: string;
  /** Gives the images on a lab's nodes the names this chart asks for. */
  tagImages(lab: Lab): Promise<void>;
}

/**
 * Nothing has been released yet, so the chart before this one is this one under an earlier version. What differs between
 * any two releases differs: versions in labels and annotations, and the tag of every image but Envoy's, which has one of
 * its own; so an upgrade replaces every pod but Envoy's.
 */
export async function formerChart(chart: string): Promise<FormerChart> {
  const folder = await tempDir("former-chart");
  const path = join(folder.path, "fairlead");
  cpSync(chart, path, { recursive: true });
  const file = join(path, "Chart.yaml");
  const text = readFileSync(file, "utf8");
  const [, version = ""] = /^appVersion: "?([^"\n]+)"?$/m.exec(text) ?? [];
  writeFileSync(file, text.replace(/^(version|appVersion): .*$/gm, `$1: ${VERSION}`));
  return {
    path,
    tagImages: async (lab) => {
      for (const name of PRODUCT_IMAGES) {
        const image = `ghcr.io/fairlead/${name}`;
        const tag = ["ctr", "--namespace", "k8s.io", "images", "tag", `${image}:${version}`, `${image}:${VERSION}`];
        for (const node of lab.clusters.flatMap(({ nodes }) => nodes)) await node.exec(tag);
      }
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}
