import { expect, test } from "vitest";
import { type SbomPackage, sbom } from "./sbom.ts";

const packages: SbomPackage[] = [
  { type: "npm", name: "ws", version: "8.23.0", license: "MIT", sha512: "ab".repeat(64) },
  { type: "npm", name: "@hono/node-server", version: "2.1.8", license: "MIT" },
  { type: "deb", name: "libc6", version: "2.36-9+deb12u14", qualifiers: "arch=amd64" },
  { type: "golang", name: "github.com/coredns/coredns", version: "v1.12.0" },
  { type: "generic", name: "envoy", version: "1.40.0", license: "Apache-2.0" },
];
const input = { name: "hello", version: "1.0.0", license: "Apache-2.0", created: "2026-01-02T03:04:05Z", packages };

test("the document is SPDX 2.3", async () => {
  await expect(sbom(input)).toMatchFileSnapshot("testdata/hello.spdx.json");
});

test("order and repetition of packages do not matter; a package more does", () => {
  expect(sbom({ ...input, packages: [...packages, ...packages].reverse() })).toBe(sbom(input));
  const namespace = (text: string) => JSON.parse(text).documentNamespace;
  expect(namespace(sbom({ ...input, packages: packages.slice(1) }))).not.toBe(namespace(sbom(input)));
});
