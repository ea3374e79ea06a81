import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type FileEntry, file, folder, link } from "../oci/file-entry.ts";
import { debianSbom, describe, owners, records } from "./debian-packages.ts";
import type { Part } from "./part.ts";
import { libraryEntry, type SharedLibrary } from "./shared-libraries.ts";

/** The user and group of images whose job needs no more. */
export const NONROOT = 65_532;

const LIBRARY_FOLDER = "/usr/lib/x86_64-linux-gnu";
/** What nearly every program of Debian asks of its C library; name lookup needs `libresolv` besides. */
const C_LIBRARY: readonly SharedLibrary[] = [
  { name: "ld-linux-x86-64.so.2", path: "/usr/lib64/ld-linux-x86-64.so.2" },
  ...["libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "libresolv.so.2", "librt.so.1"].map((name) => ({
    name,
    path: `${LIBRARY_FOLDER}/${name}`,
  })),
];
const CERTIFICATES = "/usr/share/ca-certificates/mozilla";

/** Names of the libraries that {@link basePart} brings. */
export const BASE_LIBRARIES: ReadonlySet<string> = new Set(C_LIBRARY.map(({ name }) => name));

/** The bottom layer of every image with programs that are not static: C library, certificates, users, the folders programs expect. */
export async function basePart(): Promise<Part> {
  const debian = [
    ...(await owners(C_LIBRARY.map(({ path }) => path))),
    await describe("base-files"),
    await describe("ca-certificates"),
  ];
  return {
    title: "base system",
    entries: [
      ...skeleton(),
      link("lib", "usr/lib"),
      link("lib64", "usr/lib64"),
      file("etc/os-release", await readFile("/usr/lib/os-release")),
      file("etc/ssl/certs/ca-certificates.crt", await certificates()),
      ...(await Promise.all(C_LIBRARY.map(libraryEntry))),
      ...(await records(debian)),
    ],
    packages: debian.map(debianSbom),
  };
}

/** Users and folders, which static programs need as well. */
export function skeleton(): FileEntry[] {
  return [
    file(
      "etc/passwd",
      `root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:${NONROOT}:${NONROOT}:nonroot:/nonexistent:/sbin/nologin\n`,
    ),
    file("etc/group", `root:x:0:\nnonroot:x:${NONROOT}:\n`),
    file("etc/nsswitch.conf", "hosts: files dns\n"),
    folder("run"),
    folder("tmp", 0o1777),
    link("var/run", "../run"),
  ];
}

/** The package's own certificates and not this machine's bundle, to which its owner may have added some. */
async function certificates(): Promise<string> {
  const names = (await readdir(CERTIFICATES)).filter((name) => name.endsWith(".crt")).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(CERTIFICATES, name), "utf8")));
  return texts.map((text) => `${text.trim()}\n`).join("");
}
