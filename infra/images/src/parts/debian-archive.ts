import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { cachePath, tempDir } from "@fairlead/testkit";
import { run } from "../run.ts";
import type { SbomPackage } from "../sbom.ts";

/** What a Debian package holds, unpacked without installing it. */
export interface DebianArchive {
  readonly directory: string;
  readonly origin: SbomPackage;
}

/** Fetches the package that apt would install and unpacks it into the cache directory. Throws with apt's words when it cannot. */
export async function debianArchive(name: string): Promise<DebianArchive> {
  const [, version] = /^Version: (.+)$/m.exec(await run("apt-cache", ["show", "--no-all-versions", name])) ?? [];
  if (version === undefined) throw new Error(`apt knows no package ${name}; run \`apt-get update\``);
  const directory = cachePath("images", "debian", `${name}-${encodeURIComponent(version)}`);
  const origin: SbomPackage = { type: "deb", name, version, qualifiers: "arch=amd64&distro=debian-12" };
  if (existsSync(directory)) return { directory, origin };
  await using work = await tempDir("deb");
  await run("sh", ["-c", 'apt-get download -q "$1" >/dev/null && dpkg-deb --extract ./*.deb tree', "sh", name], {
    cwd: work.path,
  });
  await mkdir(join(directory, ".."), { recursive: true });
  const draft = `${directory}.${process.pid}`;
  await run("cp", ["-a", join(work.path, "tree"), draft]);
  await rename(draft, directory).catch(() => rm(draft, { recursive: true }));
  return { directory, origin };
}
