import { type Blob, jsonBlob } from "./blob.ts";
import { type FileEntry, file } from "./file-entry.ts";
import type { Layer } from "./layer.ts";
import { tar } from "./tar.ts";

/** How a container of the image is started. */
export interface RunConfig {
  readonly entrypoint: readonly string[];
  readonly command?: readonly string[];
  /** `uid:gid`. Default: root. */
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** As `9080/tcp`. */
  readonly ports?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

export interface ImageInput {
  /** The name the image gets where it is imported: `registry/path:tag`. */
  readonly reference: string;
  /** From the bottom up. */
  readonly layers: readonly Layer[];
  readonly run: RunConfig;
  /** When it was made, as an image says it: RFC 3339. */
  readonly created: string;
}

export interface Image {
  readonly reference: string;
  /** Digest of the manifest: what `image@sha256:…` names. */
  readonly digest: string;
  /** Sum of the compressed layers, configuration and manifest: what a node downloads. In bytes. */
  readonly compressedBytes: number;
  /** Sum of the layers as archives: about what it takes on a node's disk. In bytes. */
  readonly unpackedBytes: number;
  /** The archive to import. */
  readonly archive: Buffer;
}

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = "application/vnd.oci.image.config.v1+json";
const LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
const INDEX = "application/vnd.oci.image.index.v1+json";

/**
 * An image for linux/amd64 as a tar of an OCI image layout (image-spec v1.1), which containerd, podman and skopeo read; it also
 * carries the `manifest.json` by which `docker load` finds its way. The same input gives the same bytes.
 */
export function image({ reference, layers, run, created }: ImageInput): Image {
  const config = jsonBlob(configOf(layers, run, created));
  const manifest = jsonBlob({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: descriptor(CONFIG, config),
    layers: layers.map((one) => descriptor(LAYER, one)),
  });
  const index = {
    schemaVersion: 2,
    mediaType: INDEX,
    manifests: [
      {
        ...descriptor(MANIFEST, manifest),
        platform: { architecture: "amd64", os: "linux" },
        annotations: { "io.containerd.image.name": reference, "org.opencontainers.image.ref.name": reference },
      },
    ],
  };
  const docker = [{ Config: pathOf(config), RepoTags: [reference], Layers: layers.map(pathOf) }];
  const blobs = new Map([config, manifest, ...layers].map((one) => [pathOf(one), one.content]));
  const entries: FileEntry[] = [
    file("oci-layout", JSON.stringify({ imageLayoutVersion: "1.0.0" })),
    file("index.json", JSON.stringify(index)),
    file("manifest.json", JSON.stringify(docker)),
    ...[...blobs].map(([path, content]) => file(path, content)),
  ];
  return {
    reference,
    digest: manifest.digest,
    compressedBytes: [config, manifest, ...layers].reduce((sum, { content }) => sum + content.byteLength, 0),
    unpackedBytes: layers.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0),
    archive: tar(entries),
  };
}

function configOf(layers: readonly Layer[], run: RunConfig, created: string): object {
  const environment = Object.entries(run.environment ?? {}).sort(byKey);
  return {
    created,
    architecture: "amd64",
    os: "linux",
    config: {
      ...(run.user !== undefined && { User: run.user }),
      ...(run.ports !== undefined && { ExposedPorts: Object.fromEntries([...run.ports].sort().map((at) => [at, {}])) }),
      ...(environment.length > 0 && { Env: environment.map(([name, value]) => `${name}=${value}`) }),
      Entrypoint: run.entrypoint,
      ...(run.command !== undefined && { Cmd: run.command }),
      WorkingDir: run.workingDirectory ?? "/",
      ...(run.labels !== undefined && { Labels: Object.fromEntries(Object.entries(run.labels).sort(byKey)) }),
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(({ title }) => ({ created, created_by: "fairlead images", comment: title })),
  };
}

function descriptor(mediaType: string, { content, digest }: Blob): object {
  return { mediaType, digest, size: content.byteLength };
}

function pathOf({ digest }: { readonly digest: string }): string {
  return `blobs/${digest.replace(":", "/")}`;
}

function byKey([a]: [string, string], [b]: [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
