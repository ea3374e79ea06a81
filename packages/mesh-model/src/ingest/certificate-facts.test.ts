import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { TESTDATA } from "../testing/load-objects.ts";
import { certificateFacts } from "./certificate-facts.ts";

const read = (file: string) => readFileSync(`${TESTDATA}/${file}`, "utf8");

describe("certificateFacts", () => {
  test("names are sorted and told once; times are to the second in UTC", () => {
    expect(certificateFacts(read("expired.crt.pem"))).toEqual({
      names: ["*.b.example", "10.0.0.1", "a.example"],
      notBefore: "2020-01-01T00:00:00Z",
      notAfter: "2021-01-01T00:00:00Z",
      issuer: "CN=old.example, O=Example",
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test("of a chain the first certificate counts: it is the one clients are shown", () => {
    const chain = read("one.crt.pem") + read("two.crt.pem");
    expect(certificateFacts(chain)?.names).toEqual(["*.one.example", "one.example"]);
  });

  test("what is no certificate has no facts", () => {
    for (const text of ["", "hello", read("one.key.pem"), read("one.crt.pem").slice(0, 200)]) {
      expect(certificateFacts(text)).toBeUndefined();
    }
  });
});
