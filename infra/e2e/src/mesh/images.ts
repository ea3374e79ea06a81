import { type BuiltImage, buildImage } from "@fairlead/images";

/** What the chart installs. */
export const PRODUCT_IMAGES = ["fairlead-connector", "fairlead-operator", "fairlead-agent", "fairlead-envoy"] as const;

/** What the Bookinfo example runs. */
export const BOOKINFO_IMAGES = [
  "bookinfo-productpage-v1",
  "bookinfo-details-v1",
  "bookinfo-ratings-v1",
  "bookinfo-reviews-v1",
  "bookinfo-reviews-v2",
  "bookinfo-reviews-v3",
] as const;

/** Builds images from this tree, one after the other. */
export async function buildImages(names: readonly string[], say?: (line: string) => void): Promise<BuiltImage[]> {
  const built: BuiltImage[] = [];
  for (const name of names) built.push(await buildImage(name, say === undefined ? {} : { say }));
  return built;
}
