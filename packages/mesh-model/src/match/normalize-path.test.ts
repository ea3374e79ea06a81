import { describe, expect, test } from "vitest";
import { normalizePath } from "./normalize-path.ts";

// Each pair was seen at Envoy 1.40; `packages/envoy` draws many more at random.
describe("a path is matched in one form", () => {
  test.each([
    ["/", "/"],
    ["/a/./b/", "/a/b/"],
    ["/a/.", "/a/"],
    ["/a/..", "/"],
    ["/../..", "/"],
    ["/a/../../b", "/b"],
    ["/a//b", "/a/b"],
    ["/a//../b", "/a/b"],
    ["/a/b/..//..", "/a/"],
    ["//", "//"],
    ["///", "//"],
    ["//a", "/a"],
    ["/a/..;x/b", "/b"],
    ["/a/..;", "/"],
    ["/a/.;x=1/b", "/a/b"],
    ["/a/%2e%2e;/b", "/a/..;/b"],
    ["/a/..%3b/b", "/a/..%3b/b"],
    ["/a;x/b", "/a;x/b"],
    ["/%2E%2e/a", "/a"],
    ["/a/...", "/a/..."],
    ["/%41%7e%2d%5F", "/A~-_"],
    ["/a%20b%C3%BC%2a", "/a%20b%C3%BC%2a"],
    ["/a%zz%", "/a%zz%"],
    ["/%25%32%65", "/%252e"],
    ['/"<>^`{|}', "/%22%3C%3E%5E%60%7B%7C%7D"],
    ["/a\\..\\b", "/b"],
    ["/a?x=/../b//c%2f", "/a?x=/../b//c%2f"],
    ["/?", "/?"],
  ])("%s is %s", (target, path) => expect(normalizePath(target)).toEqual({ type: "path", path }));
});

describe("escaped slashes send the client to what they mean", () => {
  test.each([
    ["/a%2Fb", "/a/b"],
    ["/a%2f%2fb?x=%2f", "/a/b?x=%2f"],
    ["/a%5c..%5cb", "/b"],
    ["/%2f", "//"],
  ])("%s to %s", (target, path) => expect(normalizePath(target)).toEqual({ type: "redirect", path }));
});

describe("what no path may hold is refused", () => {
  test.each(["/a#b", "/a?x#b", "/%00", "/ü", "/a b", "*", "a", "", "?x"])("%s", (target) =>
    expect(normalizePath(target).type).toBe("reject"),
  );
});
