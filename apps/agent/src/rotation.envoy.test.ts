import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { connect } from "node:tls";
import type { Secret } from "@fairlead/kubernetes-types";
import { freePort } from "@fairlead/testkit";
import { expect, test } from "vitest";
import { echo } from "./testing/http.ts";
import { gateway, gatewayClass, httpRoute, present, routeKey, service, toService } from "./testing/objects.ts";
import { TestNode } from "./testing/test-node.ts";

const ROTATIONS = 50;
const soon = { timeout: 10_000, interval: 10 };

function pem(file: string): string {
  return readFileSync(new URL(`../../../packages/mesh-model/testdata/${file}.pem`, import.meta.url), "utf8");
}

function secret(certificate: string): Secret {
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "cert", namespace: "default", uid: certificate },
    type: "kubernetes.io/tls",
    data: { "tls.crt": base64(pem(`${certificate}.crt`)), "tls.key": base64(pem(`${certificate}.key`)) },
  };
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

/** Sends requests over TLS until stopped and counts the answers; with `keepAlive` false each makes its own handshake. */
function load(port: number, keepAlive: boolean, connections: number) {
  const agent = new Agent({ keepAlive, maxSockets: connections, maxCachedSessions: 0, rejectUnauthorized: false });
  const answers: Record<string, number> = {};
  let isRunning = true;
  const send = () =>
    new Promise<void>((resolve) => {
      const done = (answer: string) => {
        answers[answer] = (answers[answer] ?? 0) + 1;
        resolve();
      };
      const options = { port, host: "127.0.0.1", servername: "a.test", headers: { host: "a.test" }, agent };
      request(options, (response) => {
        response.resume();
        response.on("end", () => done(`${response.statusCode}`));
      })
        .on("error", (error) => done(error.message))
        .end();
    });
  const loops = Array.from({ length: connections }, async () => {
    while (isRunning) await send();
  });
  return async () => {
    isRunning = false;
    await Promise.all(loops);
    agent.destroy();
    return answers;
  };
}

// Guarantee: no request fails while its certificate is replaced, on live connections or in the middle of handshakes.
test("a certificate is rotated fifty times and no request fails", { timeout: 60_000 }, async () => {
  await using backend = await echo("one");
  await using node = await TestNode.create();
  const port = await freePort();
  const listener = {
    name: "https",
    port,
    protocol: "HTTPS",
    tls: { certificateRefs: [{ name: "cert" }] },
    allowedRoutes: { namespaces: { from: "Same" } },
  } as const;
  node.apply(...present(gatewayClass(), gateway("gw", port, { listeners: [listener] }), secret("one")));
  node.apply(...present(...service("one", backend.port), httpRoute("r", "a.test", [toService("one")])));
  await node.serve();
  await node.envoy();
  await expect.poll(() => node.state(routeKey("r")), soon).toBe("proxied");
  const stops = [load(port, true, 2), load(port, false, 2)];
  for (let i = 1; i <= ROTATIONS; i++) {
    const before = await served(port);
    node.apply(...present(secret(i % 2 === 0 ? "one" : "two")));
    await expect.poll(() => served(port), soon).not.toBe(before);
  }
  const [live = {}, fresh = {}] = await Promise.all(stops.map((stop) => stop()));
  expect([Object.keys(live), Object.keys(fresh)]).toEqual([["200"], ["200"]]);
  expect(fresh["200"]).toBeGreaterThan(ROTATIONS);
});
