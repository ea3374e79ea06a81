import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { generateToken, hashToken, parseToken } from "./token-secret.ts";

describe("token secrets", () => {
  test("a token names its id and hashes to what is stored", () => {
    const { id, token, hash } = generateToken("tok");
    expect(token.reveal()).toMatch(/^fl_tok_[0-9a-z]{26}_[0-9a-z]{32}_[0-9a-f]{8}$/);
    expect(parseToken("tok", token.reveal())).toEqual({ id, hash });
    expect(hashToken(token.reveal())).toBe(hash);
  });

  test("it is never printed", () => {
    const generated = generateToken("jt");
    expect(`${JSON.stringify(generated)}${inspect(generated)}`).not.toContain(generated.token.reveal());
  });

  test("a token of another kind, a typo and a cut are no tokens", () => {
    const text = generateToken("tok").token.reveal();
    const typo = text.replace(
      /_([0-9a-z])([0-9a-z]{31})_/,
      (_, first, rest) => `_${first === "0" ? "1" : "0"}${rest}_`,
    );
    for (const wrong of [typo, text.slice(0, -1), `${text}0`, "", "Bearer x", text.toUpperCase()]) {
      expect(parseToken("tok", wrong)).toBeUndefined();
    }
    expect(parseToken("jt", text)).toBeUndefined();
  });
});
