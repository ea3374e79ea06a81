import { expect, test } from "vitest";
import { libraryPath, parseLdd } from "./shared-libraries.ts";

const OUTPUT = `	linux-vdso.so.1 (0x00007ffd5a9c5000)
	libstdc++.so.6 => /lib/x86_64-linux-gnu/libstdc++.so.6 (0x00007f2f1b400000)
	/lib64/ld-linux-x86-64.so.2 (0x00007f2f1b9d0000)
`;

test("libraries and the loader are found, what the kernel brings is not", () => {
  expect(parseLdd(OUTPUT, "node")).toEqual([
    { name: "libstdc++.so.6", path: "/lib/x86_64-linux-gnu/libstdc++.so.6" },
    { name: "ld-linux-x86-64.so.2", path: "/lib64/ld-linux-x86-64.so.2" },
  ]);
});

test("a static program needs nothing", () => {
  expect(parseLdd("\tstatically linked\n", "busybox")).toEqual([]);
});

test("a library that is not there is named, with who needs it", () => {
  expect(() => parseLdd("\tlibpcre2-8.so.0 => not found\n", "nginx")).toThrow(
    "nginx needs libpcre2-8.so.0, which is not on this machine",
  );
});

test("the loader goes where programs name it", () => {
  expect(libraryPath("ld-linux-x86-64.so.2")).toBe("usr/lib64/ld-linux-x86-64.so.2");
  expect(libraryPath("libc.so.6")).toBe("usr/lib/x86_64-linux-gnu/libc.so.6");
});
