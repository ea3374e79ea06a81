import type { RunConfig } from "./oci/image.ts";
import type { Part, Workshop } from "./parts/part.ts";

/** How one image is made. */
export interface ImageSpec {
  /** What it is called here, on the command line, and in file names. */
  readonly name: string;
  /** The name it has where manifests use it. */
  readonly reference: string;
  /** One line for people. */
  readonly title: string;
  /** Of what is in it; an SPDX licence expression. */
  readonly license: string;
  readonly version: string;
  /** One of Fairlead's own, or one that tests use. */
  readonly kind: "product" | "test";
  readonly run: RunConfig;
  /** Makes what goes into it, from the bottom layer up. */
  readonly parts: (workshop: Workshop) => Promise<readonly Part[]>;
}
