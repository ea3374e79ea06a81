import { describe, expect, test } from "vitest";
import { parseKubeconfig } from "./kubeconfig.ts";

const config = (user: object, cluster: object = {}) =>
  JSON.stringify({
    "current-context": "c",
    contexts: [{ name: "c", context: { cluster: "k", user: "u", namespace: "shop" } }],
    clusters: [{ name: "k", cluster: { server: "https://10.0.0.1:6443", ...cluster } }],
    users: [{ name: "u", user }],
  });

describe("kubeconfig", () => {
  test("gives server, trust, credentials and namespace of the current context", () => {
    const ca = Buffer.from("the ca").toString("base64");
    const key = Buffer.from("the key").toString("base64");
    const connection = parseKubeconfig(
      config(
        { token: "t", "client-key-data": key },
        { "certificate-authority-data": ca, "tls-server-name": "kubernetes" },
      ),
    );
    expect(connection).toMatchObject({
      server: "https://10.0.0.1:6443",
      certificateAuthority: "the ca",
      tlsServerName: "kubernetes",
      namespace: "shop",
    });
    expect(connection.token?.reveal()).toBe("t");
    expect(connection.clientKey?.reveal()).toBe("the key");
    expect(JSON.stringify(connection)).not.toContain("the key");
  });

  test.each([
    ["a missing context", "contexts: []", "kubeconfig: no context was asked for and current-context is empty."],
    [
      "an unknown context",
      "current-context: x\ncontexts: []",
      'kubeconfig: there is no context named "x" in contexts.',
    ],
    [
      "a plugin",
      config({ exec: { command: "x" } }),
      'kubeconfig: user "u" authenticates with exec; use a token or a client certificate.',
    ],
  ])("refuses %s in words", (_, text, message) => {
    expect(() => parseKubeconfig(text)).toThrow(message);
  });

  test("refuses what is not YAML", () => {
    expect(() => parseKubeconfig("a: [")).toThrow(/^kubeconfig is not YAML: /);
  });
});
