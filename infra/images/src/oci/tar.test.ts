import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type FileEntry, file, folder, link, program } from "./file-entry.ts";
import { tar } from "./tar.ts";

const entries: FileEntry[] = [
  program("usr/bin/env", Buffer.from("#!")),
  folder("tmp", 0o1777),
  link("lib", "usr/lib"),
  file("etc/hosts", ""),
  { ...file("home/one/note", "x".repeat(513)), owner: 65_532 },
];

function listing(archive: Buffer): string {
  return execFileSync("tar", ["--list", "--verbose", "--numeric-owner", "--full-time", "--utc"], {
    input: archive,
    encoding: "utf8",
  });
}

test("tar(1) reads what was meant: sorted, folders made explicit, times zero, owners by number", () => {
  expect(listing(tar(entries))).toMatchInlineSnapshot(`
    "drwxr-xr-x 0/0               0 1970-01-01 00:00:00 etc/
    -rw-r--r-- 0/0               0 1970-01-01 00:00:00 etc/hosts
    drwxr-xr-x 0/0               0 1970-01-01 00:00:00 home/
    drwxr-xr-x 0/0               0 1970-01-01 00:00:00 home/one/
    -rw-r--r-- 65532/65532     513 1970-01-01 00:00:00 home/one/note
    lrwxrwxrwx 0/0               0 1970-01-01 00:00:00 lib -> usr/lib
    drwxrwxrwt 0/0               0 1970-01-01 00:00:00 tmp/
    drwxr-xr-x 0/0               0 1970-01-01 00:00:00 usr/
    drwxr-xr-x 0/0               0 1970-01-01 00:00:00 usr/bin/
    -rwxr-xr-x 0/0               2 1970-01-01 00:00:00 usr/bin/env
    "
  `);
});

test("the order of entries does not matter", () => {
  const archive = tar(entries);
  const shuffled = fc.shuffledSubarray(entries, { minLength: entries.length });
  fc.assert(fc.property(shuffled, (some) => tar(some).equals(archive)));
});

test("contents of any length come out as they went in", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1100 }), (content) => {
      const archive = tar([file("some/file", content)]);
      const read = execFileSync("tar", ["--extract", "--to-stdout", "some/file"], { input: archive });
      return archive.length % 512 === 0 && read.equals(Buffer.from(content));
    }),
    { numRuns: 15 },
  );
});

test("a path of more than 100 bytes is split between prefix and name", () => {
  const path = `${"folder/".repeat(20)}${"n".repeat(100)}`;
  expect(listing(tar([file(path, "")]))).toContain(path);
});

test.each([
  ["two entries claim a", [file("a", ""), link("a", "b")]],
  ["a/b lies below a, which is a file", [file("a", ""), file("a/b", "")]],
  ["lib/x lies below lib, which is a link", [link("lib", "usr/lib"), file("lib/x", "")]],
  ["not a path from the root", [file("../a", "")]],
  ["not a path from the root", [file("/a", "")]],
  ["is too long for a tar archive", [file("x".repeat(101), "")]],
  ["has more than 100 bytes", [link("a", "x".repeat(101))]],
])("%s: refused", (message, wrong) => {
  expect(() => tar(wrong)).toThrow(message);
});
