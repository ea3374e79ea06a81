import type { FileEntry } from "../oci/file-entry.ts";
import type { SbomPackage } from "../sbom.ts";

/** Something that goes into an image; each becomes a layer of its own. */
export interface Part {
  /** What it is, for people. */
  readonly title: string;
  readonly entries: readonly FileEntry[];
  /** What others made of it, for the bill of materials. */
  readonly packages: readonly SbomPackage[];
  /** The repository's files it was made of, from the root; enough to make it again elsewhere. */
  readonly inputs?: readonly string[];
}

/** What a part needs to know to be made. */
export interface Workshop {
  /** The repository. */
  readonly root: string;
  /** Tells a person what takes long. */
  readonly say: (line: string) => void;
}
