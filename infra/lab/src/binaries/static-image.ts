import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { tempDir } from "@fairlead/testkit";
import { run } from "../machine/run.ts";

export interface StaticImage {
  /** The name the image has on a node, as manifests write it. */
  readonly reference: string;
  /** A static program; it is all there is in the image, and its entry point. */
  readonly program: string;
  /** The archive to write. */
  readonly output: string;
}

/** Packs one static program as an OCI image archive, unless that was done already. Same program, same bytes. */
export async function staticImage({ reference, program, output }: StaticImage): Promise<string> {
  const stamp = `${output}.stamp`;
  const inputs = `${reference} ${sha256(readFileSync(program))}`;
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, "utf8") === inputs) return output;
  await using work = await tempDir("image");
  mkdirSync(dirname(output), { recursive: true });
  const layer = await layerOf(program, work.path);
  const image = join(work.path, "image");
  mkdirSync(join(image, "blobs", "sha256"), { recursive: true });
  const blob = (content: Buffer) => {
    const digest = sha256(content);
    writeFileSync(join(image, "blobs", "sha256", digest), content);
    return { digest: `sha256:${digest}`, size: content.length };
  };
  const diff = blob(layer);
  const config = blob(
    json({
      architecture: "amd64",
      os: "linux",
      config: { Entrypoint: [`/${basename(program)}`], WorkingDir: "/" },
      rootfs: { type: "layers", diff_ids: [diff.digest] },
      history: [{ created_by: "fairlead lab" }],
    }),
  );
  const manifest = blob(
    json({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: { mediaType: "application/vnd.oci.image.config.v1+json", ...config },
      layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar", ...diff }],
    }),
  );
  const annotations = { "io.containerd.image.name": reference, "org.opencontainers.image.ref.name": reference };
  writeFileSync(
    join(image, "index.json"),
    json({
      schemaVersion: 2,
      manifests: [{ mediaType: "application/vnd.oci.image.manifest.v1+json", ...manifest, annotations }],
    }),
  );
  writeFileSync(join(image, "oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
  const draft = `${output}.${process.pid}`;
  await pack(image, draft);
  renameSync(draft, output);
  writeFileSync(stamp, inputs);
  return output;
}

async function layerOf(program: string, work: string): Promise<Buffer> {
  const root = join(work, "root");
  mkdirSync(join(root, "tmp"), { recursive: true });
  chmodSync(join(root, "tmp"), 0o1777);
  copyFileSync(program, join(root, basename(program)));
  chmodSync(join(root, basename(program)), 0o755);
  await pack(root, join(work, "layer.tar"));
  return readFileSync(join(work, "layer.tar"));
}

/** Names sorted, owner root, time zero: the archive depends on nothing but the content. */
async function pack(folder: string, output: string): Promise<void> {
  const normal = ["--format=ustar", "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];
  await run(["tar", ...normal, "-cf", output, "-C", folder, "."]);
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
