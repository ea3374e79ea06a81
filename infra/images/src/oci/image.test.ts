import { execFileSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { digestOf } from "./blob.ts";
import { file, folder, link, program } from "./file-entry.ts";
import { type ImageInput, image } from "./image.ts";
import { layer } from "./layer.ts";

const entries = [program("hello", Buffer.from("#!/bin/sh\n")), folder("tmp", 0o1777), link("run", "tmp")];
const input: ImageInput = {
  reference: "registry.example/hello:1",
  layers: [layer("base", [file("etc/passwd", "root:x:0:0::/:\n")]), layer("program", entries)],
  run: {
    entrypoint: ["/hello"],
    command: ["world"],
    user: "65532:65532",
    environment: { B: "2", A: "1" },
    ports: ["9080/tcp"],
    labels: { "org.opencontainers.image.title": "Hello" },
  },
  created: "2026-01-02T03:04:05Z",
};

function read(archive: Buffer, path: string): Buffer {
  return execFileSync("tar", ["--extract", "--to-stdout", path], { input: archive });
}

test("the layout, the manifest and the configuration are these", async () => {
  const { archive, digest } = image(input);
  const index = JSON.parse(read(archive, "index.json").toString());
  const manifest = JSON.parse(read(archive, `blobs/${digest.replace(":", "/")}`).toString());
  const config = JSON.parse(read(archive, `blobs/${manifest.config.digest.replace(":", "/")}`).toString());
  const docker = JSON.parse(read(archive, "manifest.json").toString());
  const listing = execFileSync("tar", ["--list"], { input: archive, encoding: "utf8" }).trim().split("\n");
  const text = JSON.stringify({ listing, index, manifest, config, docker }, null, 2);
  await expect(`${text}\n`).toMatchFileSnapshot("testdata/hello.json");
});

test("every blob is what its name says, and layers are what the configuration says once unpacked", () => {
  const { archive, digest } = image(input);
  const manifest = JSON.parse(read(archive, `blobs/${digest.replace(":", "/")}`).toString());
  const config = JSON.parse(read(archive, `blobs/${manifest.config.digest.replace(":", "/")}`).toString());
  for (const one of [manifest.config, ...manifest.layers]) {
    const content = read(archive, `blobs/${one.digest.replace(":", "/")}`);
    expect({ digest: digestOf(content), size: content.length }).toEqual({ digest: one.digest, size: one.size });
  }
  const unpacked = manifest.layers.map((one: { digest: string }) =>
    digestOf(gunzipSync(read(archive, `blobs/${one.digest.replace(":", "/")}`))),
  );
  expect(unpacked).toEqual(config.rootfs.diff_ids);
});

test("the same input gives the same digest, in whatever order entries, variables and labels come", () => {
  const { digest } = image(input);
  const order = fc.shuffledSubarray(entries, { minLength: entries.length });
  fc.assert(
    fc.property(order, (some) => {
      const environment = { A: "1", B: "2" };
      const layers = [...input.layers.slice(0, 1), layer("program", some)];
      return image({ ...input, layers, run: { ...input.run, environment } }).digest === digest;
    }),
    { numRuns: 20 },
  );
});

test("any other content, mode or way to run gives another digest", () => {
  const others = [
    { ...input, run: { ...input.run, user: "0:0" } },
    { ...input, layers: [...input.layers].reverse() },
    { ...input, created: "2026-01-02T03:04:06Z" },
    { ...input, layers: [layer("base", [file("etc/passwd", "")])] },
    { ...input, layers: [layer("base", [program("etc/passwd", Buffer.from("root:x:0:0::/:\n"))])] },
  ];
  const digests = [input, ...others].map((one) => image(one).digest);
  expect(new Set(digests).size).toBe(digests.length);
});
