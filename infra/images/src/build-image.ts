import { fileURLToPath } from "node:url";
import { cachePath } from "@fairlead/testkit";
import { type Assembled, assemble } from "./assemble.ts";
import { imageNamed } from "./catalog.ts";
import { compressCached } from "./compress-cached.ts";
import { keepImage } from "./keep-image.ts";
import type { Compress } from "./oci/layer.ts";
import { revisionOf } from "./revision.ts";

/** An image that was built, and where it is. */
export interface BuiltImage {
  readonly name: string;
  /** The archive, for `ctr images import`, `docker load`, `podman load` and `skopeo`. */
  readonly path: string;
  /** Its bill of materials, SPDX 2.3 JSON. */
  readonly sbomPath: string;
  /** The name it has where it is imported. */
  readonly reference: string;
  /** Of its manifest: `sha256:…`. */
  readonly digest: string;
  /** What a node downloads, in bytes. */
  readonly sizeBytes: number;
  /** What its layers hold, in bytes. */
  readonly unpackedBytes: number;
}

export interface BuildOptions {
  /** The repository to build from. Default: this one. */
  readonly root?: string;
  /** Where archives are kept. Default: `images` in the cache directory. */
  readonly directory?: string;
  /** Tells a person what takes long. */
  readonly say?: (line: string) => void;
}

/** This repository. */
export const ROOT: string = fileURLToPath(new URL("../../..", import.meta.url));

/** Builds an image and keeps its archive. Throws when something it is made of is not on this machine, and says what. */
export async function buildImage(name: string, options: BuildOptions = {}): Promise<BuiltImage> {
  const { directory = cachePath("images") } = options;
  const { image, sbom } = await composeImage(name, options, compressCached(directory));
  const kept = await keepImage(directory, name, image, sbom);
  return {
    name,
    ...kept,
    reference: image.reference,
    digest: image.digest,
    sizeBytes: image.compressedBytes,
    unpackedBytes: image.unpackedBytes,
  };
}

/** An image that is not kept anywhere, and the repository's files it was made of, from the root. */
export async function composeImage(
  name: string,
  { root = ROOT, say = () => {} }: Pick<BuildOptions, "root" | "say">,
  compress?: Compress,
): Promise<Assembled & { readonly inputs: readonly string[] }> {
  const spec = imageNamed(root, name);
  const parts = await spec.parts({ root, say });
  // Asked of this repository also where a copy of it is built: copies have no history.
  const assembled = assemble(spec, parts, await revisionOf(ROOT), compress);
  return { ...assembled, inputs: [...new Set(parts.flatMap(({ inputs = [] }) => inputs))].sort() };
}
