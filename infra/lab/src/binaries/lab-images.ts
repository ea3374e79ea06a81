import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cachePath } from "@fairlead/testkit";
import { PAUSE_IMAGE } from "../plan/containerd-config.ts";
import { COREDNS_IMAGE } from "../plan/coredns-manifests.ts";
import type { Say } from "../stages.ts";
import { goBuild } from "./go-build.ts";
import { staticImage } from "./static-image.ts";

/** The image the lab's own tests run in pods. */
export const ECHO_IMAGE = "fairlead.dev/lab/echo:1";

/** Archives of the images every node needs: `pause` and CoreDNS. */
export async function ensureLabImages(say: Say): Promise<string[]> {
  return [await ownImage("pause", PAUSE_IMAGE, say), await corednsImage(say)];
}

/** Archive of `ECHO_IMAGE`. */
export function ensureEchoImage(say: Say): Promise<string> {
  return ownImage("echo", ECHO_IMAGE, say);
}

function ownImage(name: string, reference: string, say: Say): Promise<string> {
  return goImage({ name, reference, module: "images", package: `./${name}`, expected: "some seconds" }, say);
}

function corednsImage(say: Say): Promise<string> {
  const expected = "about 2 minutes on 2 cores";
  return goImage({ name: "coredns", reference: COREDNS_IMAGE, module: "coredns", package: ".", expected }, say);
}

interface GoImage {
  readonly name: string;
  readonly reference: string;
  /** The folder of the Go module in `infra/lab`. */
  readonly module: string;
  readonly package: string;
  readonly expected: string;
}

async function goImage({ name, reference, module, expected, ...image }: GoImage, say: Say): Promise<string> {
  const program = await goBuild(
    {
      title: `the image ${reference}`,
      expected,
      source: fileURLToPath(new URL(`../../${module}`, import.meta.url)),
      package: image.package,
      output: join(folder(), name),
    },
    say,
  );
  return staticImage({ reference, program, output: `${program}.tar` });
}

function folder(): string {
  const path = cachePath("lab");
  mkdirSync(path, { recursive: true });
  return path;
}
