import { expect, test } from "vitest";
import { type CertificateFacts, certificateWarning, validityWords } from "./certificate-warnings.ts";

const certificate = (name: string, state: CertificateFacts["state"]): CertificateFacts => {
  return { namespace: "shop", name, notAfter: null, state };
};

test("certificates that are in order are not spoken of", () => {
  expect(certificateWarning([certificate("a", "valid")])).toBeUndefined();
});

test("the worst comes first and gives the severity; each is named once", () => {
  const some = [certificate("b", "expiring"), certificate("a", "expired"), certificate("a", "expired")];
  expect(certificateWarning(some)).toEqual({
    severity: "error",
    text: "certificate shop/a has expired; certificate shop/b expires soon.",
  });
  expect(certificateWarning([certificate("b", "expiring")])?.severity).toBe("warning");
});

test("many are counted", () => {
  const five = ["a", "b", "c", "d", "e"].map((name) => certificate(name, "unusable"));
  expect(certificateWarning(five)?.text).toBe("certificates shop/a, shop/b, shop/c and 2 more cannot be used.");
});

test.each([
  ["2026-11-11T00:00:00.000Z", "10 days left"],
  ["2026-11-01T12:00:00.000Z", "ends today"],
  ["2026-10-31T12:00:00.000Z", "ended 1 day ago"],
  [null, "end not known"],
])("%s: %s", (notAfter, words) => {
  expect(validityWords(notAfter, Date.parse("2026-11-01T00:00:00.000Z"))).toBe(words);
});
