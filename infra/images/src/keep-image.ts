import { mkdir, readdir, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Image } from "./oci/image.ts";

/** Former archives stay this long for whoever is still reading them. */
const KEEP_FORMER_MS = 24 * 3600 * 1000;

/**
 * Writes `<name>-<first 12 digits>.tar` and the bill of materials beside it, and lets `<name>.tar` and `<name>.spdx.json` point to
 * them. Whoever reads meanwhile reads the old file or the new one.
 */
export async function keepImage(
  directory: string,
  name: string,
  { archive, digest }: Image,
  sbom: string,
): Promise<{ path: string; sbomPath: string }> {
  await mkdir(directory, { recursive: true });
  const stem = `${name}-${digest.slice("sha256:".length, "sha256:".length + 12)}`;
  const path = await keep(join(directory, `${stem}.tar`), archive, join(directory, `${name}.tar`));
  const sbomPath = await keep(join(directory, `${stem}.spdx.json`), sbom, join(directory, `${name}.spdx.json`));
  await removeFormer(directory, name, stem);
  return { path, sbomPath };
}

async function keep(path: string, content: Uint8Array | string, alias: string): Promise<string> {
  await writeFile(`${path}.${process.pid}`, content);
  await rename(`${path}.${process.pid}`, path);
  const draft = `${alias}.${process.pid}`;
  await rm(draft, { force: true });
  await symlink(basename(path), draft);
  await rename(draft, alias);
  return path;
}

async function removeFormer(directory: string, name: string, stem: string): Promise<void> {
  const pattern = new RegExp(`^${name}-[0-9a-f]{12}\\.(tar|spdx\\.json)$`);
  for (const file of await readdir(directory)) {
    if (!pattern.test(file) || file.startsWith(stem)) continue;
    const path = join(directory, file);
    const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > KEEP_FORMER_MS) await rm(path, { force: true });
  }
}
