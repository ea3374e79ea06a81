import type { BuiltImage } from "./build-image.ts";

/** Images as a table for people. */
export function table(
  images: readonly Pick<BuiltImage, "reference" | "digest" | "sizeBytes" | "unpackedBytes">[],
): string {
  const rows = [
    ["image", "compressed", "unpacked", "digest"],
    ...images.map(({ reference, digest, sizeBytes, unpackedBytes }) => [
      reference,
      megabytes(sizeBytes),
      megabytes(unpackedBytes),
      digest.slice(0, "sha256:".length + 12),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const pad = (cell: string, column: number) =>
    column === 1 || column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
