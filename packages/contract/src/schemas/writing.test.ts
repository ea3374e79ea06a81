import { describe, expect, test } from "vitest";
import { etagOf, readIfMatch } from "./writing.ts";

describe("If-Match", () => {
  test("an ETag comes back as the revision it stands for; * as whatever there is", () => {
    expect(readIfMatch(etagOf("2.42"))).toEqual({ epoch: 2, n: 42 });
    expect(readIfMatch(' W/"2.42" ')).toEqual({ epoch: 2, n: 42 });
    expect(readIfMatch("*")).toBe("*");
  });

  test.each([
    [undefined, "precondition_required"],
    [" ", "precondition_required"],
    ["1.42", "invalid_request"],
    ['"abc"', "invalid_request"],
    ['"1.1", "1.2"', "invalid_request"],
  ])("%j is %s", (header, code) => {
    expect(() => readIfMatch(header)).toThrow(expect.objectContaining({ code }));
  });
});
