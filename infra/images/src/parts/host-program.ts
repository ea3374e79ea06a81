import { readFile } from "node:fs/promises";
import { file, program } from "../oci/file-entry.ts";
import type { SbomPackage } from "../sbom.ts";
import { BASE_LIBRARIES } from "./base.ts";
import { debianSbom, owners, records } from "./debian-packages.ts";
import type { Part } from "./part.ts";
import { libraryEntry, sharedLibraries } from "./shared-libraries.ts";

export interface HostProgram {
  readonly title: string;
  /** On this machine. */
  readonly from: string;
  /** In the image. */
  readonly to: string;
  readonly origin: SbomPackage;
  /** Its licence: where on this machine, and where in the image. */
  readonly license?: { readonly from: string; readonly to: string };
}

/** A program of this machine with the Debian libraries it is loaded with, as far as the base does not bring them. */
export async function hostProgram({ title, from, to, origin, license }: HostProgram): Promise<Part> {
  const libraries = (await sharedLibraries([from])).filter(({ name }) => !BASE_LIBRARIES.has(name));
  const debian = await owners(libraries.map(({ path }) => path));
  return {
    title,
    entries: [
      program(to, await readFile(from)),
      ...(license === undefined ? [] : [file(license.to, await readFile(license.from))]),
      ...(await Promise.all(libraries.map(libraryEntry))),
      ...(await records(debian)),
    ],
    packages: [origin, ...debian.map(debianSbom)],
  };
}
