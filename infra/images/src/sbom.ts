import { digestOf } from "./oci/blob.ts";

/** A piece of software in an image. */
export interface SbomPackage {
  readonly type: "npm" | "deb" | "golang" | "generic";
  readonly name: string;
  readonly version: string;
  /** An SPDX licence expression, where the maker states one. */
  readonly license?: string;
  /** Parts of the package URL after `?`, such as `arch=amd64`. */
  readonly qualifiers?: string;
  /** Of what was fetched: SHA-512 in hexadecimal. */
  readonly sha512?: string;
}

export interface SbomInput {
  /** The image's name without registry and tag. */
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** RFC 3339. */
  readonly created: string;
  readonly packages: readonly SbomPackage[];
}

/**
 * A bill of materials in SPDX 2.3 JSON (https://spdx.github.io/spdx-spec/v2.3/): the image and every package in it once,
 * sorted. Its namespace is made of the content, so the same content gives the same document.
 */
export function sbom({ name, version, license, created, packages }: SbomInput): string {
  const sorted = [...new Map(packages.map((one) => [purl(one), one])).entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  const described = sorted.map(([url, one], index) => ({
    SPDXID: `SPDXRef-Package-${index + 1}`,
    name: one.name,
    versionInfo: one.version,
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseConcluded: "NOASSERTION",
    licenseDeclared: one.license ?? "NOASSERTION",
    copyrightText: "NOASSERTION",
    ...(one.sha512 !== undefined && { checksums: [{ algorithm: "SHA512", checksumValue: one.sha512 }] }),
    externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: url }],
  }));
  const content = digestOf(Buffer.from(JSON.stringify([name, version, created, described]))).slice("sha256:".length);
  const image = {
    SPDXID: "SPDXRef-Image",
    name,
    versionInfo: version,
    primaryPackagePurpose: "CONTAINER",
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseConcluded: "NOASSERTION",
    licenseDeclared: license,
    copyrightText: "NOASSERTION",
  };
  const contains = described.map(({ SPDXID }) => ({
    spdxElementId: image.SPDXID,
    relationshipType: "CONTAINS",
    relatedSpdxElement: SPDXID,
  }));
  const document = {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: `${name} ${version}`,
    documentNamespace: `https://fairlead.dev/spdx/${name}/${content}`,
    creationInfo: { created, creators: ["Tool: fairlead-images"] },
    packages: [image, ...described],
    relationships: [
      { spdxElementId: "SPDXRef-DOCUMENT", relationshipType: "DESCRIBES", relatedSpdxElement: image.SPDXID },
      ...contains,
    ],
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}

/** The package URL: https://github.com/package-url/purl-spec. */
function purl({ type, name, version, qualifiers }: SbomPackage): string {
  const path = name.split("/").map(encodeURIComponent).join("/");
  const namespace = type === "deb" ? "debian/" : "";
  return `pkg:${type}/${namespace}${path}@${encodeURIComponent(version)}${qualifiers === undefined ? "" : `?${qualifiers}`}`;
}
