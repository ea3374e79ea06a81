import { expect, test } from "vitest";
import { negotiateEncoding } from "./negotiate-encoding.ts";

test.each([
  ["gzip, deflate, br, zstd", "br"],
  ["gzip", "gzip"],
  ["GZIP;q=0.5", "gzip"],
  ["br;q=0, gzip;q=1.0", "gzip"],
  ["br;q=0", undefined],
  ["identity", undefined],
  ["", undefined],
])("Accept-Encoding %s: %s", (header, expected) => {
  expect(negotiateEncoding(header)).toBe(expected);
});

test("without the header the body is sent as it is", () => expect(negotiateEncoding(null)).toBeUndefined());
