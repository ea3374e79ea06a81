import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import type { SbomPackage } from "../sbom.ts";

/** A program of the repository as one file. */
export interface Bundle {
  readonly code: Uint8Array;
  /** Its source map, without the sources themselves. */
  readonly map: Uint8Array;
  /** The npm packages that went into it, sorted. */
  readonly packages: readonly SbomPackage[];
  /** Their licences, one after the other. */
  readonly licenses: string;
  /** The files it was made of, from the root, sorted: sources with their maps, manifests above them, licences. */
  readonly inputs: readonly string[];
}

// CommonJS packages inside an ES module ask for `require`.
const BANNER = `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`;

/** What is brought in the image beside the bundle because it is machine code. */
const NATIVE = ["koffi"];

/**
 * Bundles a program for Node 24 as if it lay where its source does, so that addresses relative to `import.meta.url` go
 * on meaning the same. The result names no folder outside the repository. Throws when anything is unclear to the bundler.
 */
export async function bundle(root: string, entry: string): Promise<Bundle> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: entry.replace(/\.ts$/, ".js"),
    write: false,
    metafile: true,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    external: NATIVE,
    // No folder's tsconfig.json has a say, so that the code alone decides.
    tsconfigRaw: {},
    banner: { js: BANNER },
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    logLevel: "silent",
  });
  const [map, code] = [".map", ".js"].map((end) => result.outputFiles.find(({ path }) => path.endsWith(end)));
  if (map === undefined || code === undefined) throw new Error(`esbuild gave no bundle of ${entry}`);
  const sources = Object.keys(result.metafile.inputs).sort();
  const folders = [...new Set(sources.flatMap(npmFolder))].sort();
  const texts = folders.flatMap((folder) => licenseFiles(root, folder));
  const read = [...sources, ...sources.flatMap((path) => [...manifestsAbove(root, path), ...mapBeside(root, path)])];
  return {
    code: code.contents,
    map: map.contents,
    packages: await npmPackages(root, folders),
    licenses: await licenseTexts(root, texts),
    inputs: [...new Set([...read, ...texts])].sort(),
  };
}

/** The folder of the npm package that a file belongs to: the innermost one. */
function npmFolder(path: string): string[] {
  const [folder] = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path) ?? [];
  return folder === undefined ? [] : [folder];
}

interface Lock {
  readonly packages: Readonly<Record<string, { version?: string; license?: string; integrity?: string }>>;
}

async function npmPackages(root: string, folders: readonly string[]): Promise<SbomPackage[]> {
  const lock: Lock = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8"));
  return folders.map((folder) => {
    const { version, license, integrity } = lock.packages[folder] ?? {};
    if (version === undefined) throw new Error(`${folder} is not in package-lock.json; run \`npm ci\``);
    return {
      type: "npm",
      name: folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length),
      version,
      ...(license !== undefined && { license }),
      ...(integrity?.startsWith("sha512-") && {
        sha512: Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex"),
      }),
    };
  });
}

/** Paths of a package's licence and notices, from the root. */
function licenseFiles(root: string, folder: string): string[] {
  const names = readdirSync(join(root, folder)).filter((name) => /^(licen[cs]e|notice)/i.test(name));
  return names.sort().map((name) => join(folder, name));
}

async function licenseTexts(root: string, paths: readonly string[]): Promise<string> {
  const texts = await Promise.all(
    paths.map(async (path) => `${path}\n\n${(await readFile(join(root, path), "utf8")).trim()}\n`),
  );
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

/** A source that was compiled before brings its own map, which the bundle's map goes through. */
function mapBeside(root: string, path: string): string[] {
  return existsSync(join(root, `${path}.map`)) ? [`${path}.map`] : [];
}

/** They say which file a package's name leads to, and whether it is a module. */
function manifestsAbove(root: string, path: string): string[] {
  const manifests: string[] = [];
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(join(root, manifest))) manifests.push(manifest);
  }
  return manifests;
}
