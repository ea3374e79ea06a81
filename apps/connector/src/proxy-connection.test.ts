import { expect, test } from "vitest";
import { proxyFor } from "./proxy-connection.ts";

const settings = {
  HTTPS_PROXY: "http://secure:3128",
  HTTP_PROXY: "http://plain:3128",
  NO_PROXY: "localhost, .internal,example.org",
};

test.each([
  ["wss://cloud.example.com/v1/tunnel", "secure:3128"],
  ["ws://cloud.example.com/v1/tunnel", "plain:3128"],
  ["ws://localhost:80/", undefined],
  ["wss://hub.internal/", undefined],
  ["wss://EXAMPLE.org/", undefined],
  ["wss://a.example.org/", undefined],
  ["wss://notexample.org/", "secure:3128"],
])("%s goes through %s", (url, proxy) => {
  expect(proxyFor(new URL(url), settings)?.host).toBe(proxy);
});

test("without a proxy, or with all hosts excepted, everything is direct", () => {
  expect(proxyFor(new URL("wss://a/"), {})).toBeUndefined();
  expect(proxyFor(new URL("wss://a/"), { ...settings, NO_PROXY: "*" })).toBeUndefined();
});
