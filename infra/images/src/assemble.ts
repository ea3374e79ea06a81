import type { ImageSpec } from "./image-spec.ts";
import { type FileEntry, file } from "./oci/file-entry.ts";
import { type Image, image, type RunConfig } from "./oci/image.ts";
import { type Compress, layer } from "./oci/layer.ts";
import type { Part } from "./parts/part.ts";
import type { Revision } from "./revision.ts";
import { sbom } from "./sbom.ts";

/** An image, taken apart and put together. */
export interface Assembled {
  readonly image: Image;
  /** SPDX 2.3 JSON. */
  readonly sbom: string;
  /** Every file, folder and link of it, layer by layer. */
  readonly layers: readonly (readonly FileEntry[])[];
  readonly run: RunConfig;
}

/** Where an image's bill of materials is. */
const SBOM_PATH = "usr/share/fairlead/sbom.spdx.json";

/** Puts parts together: a layer of each, and one more that says what is in them. Same parts and revision, same digest. */
export function assemble(
  spec: ImageSpec,
  parts: readonly Part[],
  { revision, created }: Revision,
  compress?: Compress,
): Assembled {
  const { name, version, license } = spec;
  const bill = sbom({ name, version, license, created, packages: parts.flatMap(({ packages }) => packages) });
  const described: Part = { title: "bill of materials", entries: [file(SBOM_PATH, bill)], packages: [] };
  const all = [...parts, described];
  const run: RunConfig = { ...spec.run, labels: labels(spec, revision, created) };
  return {
    image: image({
      reference: spec.reference,
      layers: all.map(({ title, entries }) => layer(title, entries, compress)),
      run,
      created,
    }),
    sbom: bill,
    layers: all.map(({ entries }) => entries),
    run,
  };
}

/** Annotation keys of the OCI image specification. Of a test image only those of the program it holds are ours to state. */
function labels({ kind, title, version, license }: ImageSpec, revision: string, created: string) {
  const own = { revision, source: "https://github.com/fairlead/fairlead", vendor: "Fairlead", created };
  const all = { title, version, licenses: license, ...(kind === "product" && own) };
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [`org.opencontainers.image.${key}`, value]));
}
