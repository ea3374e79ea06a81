/**
 * Generates src/gen (git-ignored) from Envoy's API: `node tools/gen.ts`, or `npm run gen` for the whole project.
 * The descriptors come out of PyPI's `xds-protos` wheel and go straight into protoc-gen-es, so neither Envoy's
 * sources nor a Protobuf compiler are needed. Does nothing when src/gen is already what it would write.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import * as wellKnown from "@bufbuild/protobuf/wkt";
import {
  CodeGeneratorRequestSchema,
  CodeGeneratorResponseSchema,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { closure, descriptorOfModule } from "./descriptors.ts";
import { ROOTS } from "./roots.ts";
import { fetchWheel, unzip } from "./wheel.ts";

const WHEEL = {
  name: "xds-protos",
  version: "1.85.0",
  file: "xds_protos-1.85.0-py3-none-any.whl",
  sha256: "e1e7bfd9936389936b2c85660d9db0dae380f12678a594b983da40dd472f1760",
};
/** Plain JavaScript with types beside it: generated TypeScript has enums, which Node does not run as it is. */
const PARAMETER = "target=js+dts,import_extension=js";
const WELL_KNOWN = "google/protobuf/";

const here = import.meta.dirname;
const target = join(here, "..", "src", "gen");
const plugin = createRequire(import.meta.url).resolve("@bufbuild/protoc-gen-es/package.json");
const stamp = fingerprint();

if (readStamp() === stamp) {
  console.log("packages/envoy/src/gen is up to date");
} else {
  generate();
}

function generate(): void {
  const files = descriptors();
  const reachable = closure(files, ROOTS);
  const request = create(CodeGeneratorRequestSchema, {
    fileToGenerate: reachable.map((file) => file.name).filter((name) => !name.startsWith(WELL_KNOWN)),
    parameter: PARAMETER,
    protoFile: reachable,
  });
  const output = execFileSync(process.execPath, [join(dirname(plugin), "bin", "protoc-gen-es")], {
    input: toBinary(CodeGeneratorRequestSchema, request),
    maxBuffer: 1 << 28,
  });
  const response = fromBinary(CodeGeneratorResponseSchema, output);
  if (response.error !== "") throw new Error(response.error);
  const staging = `${target}.${process.pid}`;
  for (const file of response.file) {
    const path = join(staging, file.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.content);
  }
  writeFileSync(join(staging, ".stamp"), stamp);
  rmSync(target, { recursive: true, force: true });
  renameSync(staging, target);
  console.log(`packages/envoy/src/gen: ${response.file.length} files from ${reachable.length} descriptors`);
}

/** Every descriptor there is, by file name: the wheel's, and Protobuf's own, which the wheel leaves to its runtime. */
function descriptors(): Map<string, FileDescriptorProto> {
  const files = new Map<string, FileDescriptorProto>();
  for (const value of Object.values(wellKnown)) {
    if (typeof value === "object" && "kind" in value && value.kind === "file") files.set(value.proto.name, value.proto);
  }
  for (const { content } of unzip(fetchWheel(WHEEL), "_pb2.py")) {
    const file = descriptorOfModule(content.toString("utf8"));
    if (file !== undefined) files.set(file.name, file);
  }
  return files;
}

function fingerprint(): string {
  const hash = createHash("sha256").update(WHEEL.sha256).update(readFileSync(plugin));
  for (const name of ["gen.ts", "descriptors.ts", "roots.ts"]) hash.update(readFileSync(join(here, name)));
  return hash.digest("hex");
}

function readStamp(): string | undefined {
  try {
    return readFileSync(join(target, ".stamp"), "utf8");
  } catch {
    return undefined; // never generated
  }
}
