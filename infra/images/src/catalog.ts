import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageSpec } from "./image-spec.ts";
import { productImages } from "./product-images.ts";
import { testImages } from "./test-images.ts";

/** Every image there is to build, Fairlead's own first. */
export function catalog(root: string): ImageSpec[] {
  const { version }: { version: string } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return [...productImages(version), ...testImages()];
}

/** The image of a name. Throws with the names there are. */
export function imageNamed(root: string, name: string): ImageSpec {
  const images = catalog(root);
  const found = images.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new Error(`there is no image ${JSON.stringify(name)}; there are ${images.map((one) => one.name).join(", ")}`);
}
