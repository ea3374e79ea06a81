import { readFile } from "node:fs/promises";
import { type FileEntry, file } from "../oci/file-entry.ts";
import { run } from "../run.ts";
import type { SbomPackage } from "../sbom.ts";

/** A Debian package that is installed on this machine. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** The source package it was built from. */
  readonly source: string;
}

/** The packages that these files of this machine belong to, sorted by name. Throws for a file that belongs to none. */
export async function owners(paths: readonly string[]): Promise<DebianPackage[]> {
  if (paths.length === 0) return [];
  // dpkg knows a file of the merged /usr by the path it was shipped with; it ends with 1 when it does not know one.
  const text = await run("sh", [
    "-c",
    'dpkg-query --search "$@" 2>/dev/null || true',
    "sh",
    ...paths.flatMap(bothPaths),
  ]);
  const lines = [...text.matchAll(/^([^:,\s]+)\S*: (.*)$/gm)].map(([, name = "", path = ""]) => ({ name, path }));
  const names = paths.map((path) => {
    const owner = lines.find((line) => bothPaths(path).includes(line.path));
    if (owner !== undefined) return owner.name;
    throw new Error(`${path} belongs to no Debian package; images are built on Debian 12 from its packages`);
  });
  return Promise.all([...new Set(names)].sort().map(describe));
}

/** One installed package. Throws when it is not installed. */
export async function describe(name: string): Promise<DebianPackage> {
  const format = ["Package", "Version", "Architecture", "source:Package"].map((field) => `\${${field}}`).join("\\t");
  const [first = "", version = "", architecture = "", source = ""] = (
    await run("dpkg-query", ["--show", `--showformat=${format}`, name])
  ).split("\t");
  return { name: first, version, architecture, source };
}

/** What scanners and lawyers look for: the package's entry for dpkg, split as distroless images do, and its copyright. */
export async function records(packages: readonly DebianPackage[]): Promise<FileEntry[]> {
  const entries = packages.map(async (one) => [
    file(`var/lib/dpkg/status.d/${one.name}`, statusOf(one)),
    file(`usr/share/doc/${one.name}/copyright`, await readFile(`/usr/share/doc/${one.name}/copyright`)),
  ]);
  return (await Promise.all(entries)).flat();
}

/** The entry of a bill of materials. */
export function debianSbom({ name, version, architecture }: DebianPackage): SbomPackage {
  return { type: "deb", name, version, qualifiers: `arch=${architecture}&distro=debian-12` };
}

function statusOf({ name, version, architecture, source }: DebianPackage): string {
  return `Package: ${name}\nStatus: install ok installed\nSource: ${source}\nVersion: ${version}\nArchitecture: ${architecture}\n`;
}

function bothPaths(path: string): string[] {
  return [path, path.startsWith("/usr/") ? path.slice("/usr".length) : `/usr${path}`];
}
