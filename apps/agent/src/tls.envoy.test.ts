import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import { TYPE_URL } from "@fairlead/envoy";
import type { Secret } from "@fairlead/kubernetes-types";
import { freePort } from "@fairlead/testkit";
import { expect, test } from "vitest";
import type { ModelTranslator } from "./node-config.ts";
import { echo } from "./testing/http.ts";
import {
  gateway,
  gatewayClass,
  gatewayKey,
  httpRoute,
  present,
  routeKey,
  service,
  toService,
} from "./testing/objects.ts";
import { TestNode } from "./testing/test-node.ts";

const soon = { timeout: 20_000, interval: 20 };

function pem(file: string): string {
  return readFileSync(new URL(`../../../packages/mesh-model/testdata/${file}.pem`, import.meta.url), "utf8");
}

function secret(certificate: string, key = certificate): Secret {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "cert", namespace: "default", uid: `${certificate} ${key}` },
    type: "kubernetes.io/tls",
    data: { "tls.crt": base64(pem(`${certificate}.crt`)), "tls.key": base64(pem(`${key}.key`)) },
  };
}

function httpsGateway(port: number) {
  const listener = {
    name: "https",
    port,
    protocol: "HTTPS",
    tls: { certificateRefs: [{ name: "cert" }] },
    allowedRoutes: { namespaces: { from: "Same" } },
  } as const;
  return gateway("gw", port, { listeners: [listener] });
}

/** Fingerprint of the certificate served; `none` when the handshake fails. */
function served(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", servername: "a.test", rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on("error", () => resolve("none"));
  });
}

/** Keeps secrets back until told otherwise: the listener that needs one cannot come into use. */
function withhold(translator: ModelTranslator, isOpen: () => boolean): ModelTranslator {
  return {
    apply: (delta) => {
      const change = translator.apply(delta);
      return { ...change, upserts: change.upserts.filter((r) => r.typeUrl !== TYPE_URL.secret || isOpen()) };
    },
  };
}

test("a certificate is served, replaced while connections go on, and a broken one does not get through", async () => {
  await using one = await echo("one");
  await using node = await TestNode.create();
  const port = await freePort();
  node.apply(...present(gatewayClass(), httpsGateway(port), ...service("one", one.port), secret("one")));
  node.apply(...present(httpRoute("r", "a.test", [toService("one")])));
  await node.serve();
  await node.envoy();
  await expect.poll(() => node.state(routeKey("r")), soon).toBe("proxied");
  const first = await served(port);
  expect(first).toMatch(/^[0-9A-F:]{95}$/);
  node.apply(...present(secret("two")));
  await expect.poll(() => served(port), soon).not.toBe(first);
  const second = await served(port);
  node.apply(...present(secret("one", "two")));
  expect(node.state("/Secret/default/cert")).toBe("rejected: data InvalidCertificate");
  expect(await served(port)).toBe(second);
  expect(node.state(gatewayKey("gw"))).toBe("proxied");
});

// Guarantee: "proxied" is not said while anything the object needs is still warming.
test("a Gateway whose certificate is late is pending until it is there", async () => {
  await using one = await echo("one");
  let isOpen = false;
  await using node = await TestNode.create({ wrap: (translator) => withhold(translator, () => isOpen) });
  const port = await freePort();
  node.apply(...present(gatewayClass(), httpsGateway(port), ...service("one", one.port), secret("one")));
  node.apply(...present(httpRoute("r", "a.test", [toService("one")])));
  await node.serve();
  await node.envoy();
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect([node.state(gatewayKey("gw")), node.state(routeKey("r"))]).toEqual(["pending", "pending"]);
  expect(await served(port)).toBe("none");
  isOpen = true;
  node.apply(...present(secret("two")));
  await expect.poll(() => node.state(routeKey("r")), soon).toBe("proxied");
  expect(node.state(gatewayKey("gw"))).toBe("proxied");
  expect(await served(port)).not.toBe("none");
});
