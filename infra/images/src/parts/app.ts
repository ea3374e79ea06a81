import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { file } from "../oci/file-entry.ts";
import { bundle } from "./bundle.ts";
import { NODE } from "./node.ts";
import type { Part } from "./part.ts";
import { tree } from "./tree.ts";

/** Where the repository's files are in an image: each at its own path below. */
export const APP_FOLDER = "app";

export interface App {
  readonly title: string;
  /** The program, from the root: `apps/agent/src/main.ts`. */
  readonly entry: string;
  /** Files and folders it reads while it runs: from the root → in the image. */
  readonly data?: Readonly<Record<string, string>>;
}

/** A program of the repository, bundled, with what it reads while it runs. */
export async function appPart(root: string, { title, entry, data = {} }: App): Promise<Part> {
  const { code, map, packages, licenses, inputs } = await bundle(root, entry);
  const manifest = join(dirname(dirname(entry)), "package.json");
  const path = join(APP_FOLDER, entry).replace(/\.ts$/, ".js");
  const more = await Promise.all(Object.entries(data).map(([from, to]) => tree(join(root, from), to)));
  return {
    title,
    entries: [
      file(path, code),
      file(`${path}.map`, map),
      // Says that the bundle is a module, and which version it is.
      file(join(APP_FOLDER, manifest), await readFile(join(root, manifest))),
      file("usr/share/doc/fairlead/LICENSE", await readFile(join(root, "LICENSE"))),
      ...(licenses === "" ? [] : [file("usr/share/doc/fairlead/third-party-licenses", licenses)]),
      ...more.flatMap(({ entries }) => entries),
    ],
    packages,
    inputs: [
      ...inputs,
      "LICENSE",
      "package-lock.json",
      ...more.flatMap(({ paths }) => paths).map((at) => relative(root, at)),
    ],
  };
}

/** How such a program is started. */
export function appEntrypoint({ entry }: App): string[] {
  return [NODE, "--enable-source-maps", `/${join(APP_FOLDER, entry).replace(/\.ts$/, ".js")}`];
}
