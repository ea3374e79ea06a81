/**
 * Generates src/gen (git-ignored) from proto: `node tools/gen.ts`, or `npm run gen` for the whole project.
 * Does nothing when the inputs are those of the last run.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const here = join(import.meta.dirname, "..");
const target = join(here, "src", "gen");
const stampFile = join(target, ".stamp");
const require = createRequire(import.meta.url);
const plugin = require.resolve("@bufbuild/protoc-gen-es/package.json");
const buf = require.resolve("@bufbuild/buf/package.json");

/** Plain JavaScript with types beside it: generated TypeScript has enums, which Node does not run as it is. */
const TEMPLATE = {
  version: "v2",
  clean: true,
  plugins: [
    {
      local: [process.execPath, join(dirname(plugin), "bin", "protoc-gen-es")],
      out: "src/gen",
      opt: ["target=js+dts", "import_extension=js"],
    },
  ],
  inputs: [{ directory: "proto" }],
};

const stamp = fingerprint();
if (readStamp() === stamp) {
  console.log("packages/tunnel/src/gen is up to date");
} else {
  rmSync(target, { recursive: true, force: true });
  execFileSync(
    process.execPath,
    [join(dirname(buf), "bin", "buf"), "generate", "--template", JSON.stringify(TEMPLATE)],
    {
      cwd: here,
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  writeFileSync(stampFile, stamp);
}

function fingerprint(): string {
  const hash = createHash("sha256");
  for (const file of [join(here, "proto/fairlead/v1/tunnel.proto"), import.meta.filename, plugin, buf]) {
    hash.update(readFileSync(file));
  }
  return hash.digest("hex");
}

function readStamp(): string | undefined {
  try {
    return readFileSync(stampFile, "utf8");
  } catch {
    return undefined;
  }
}
