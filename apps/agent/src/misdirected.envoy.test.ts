import { readFileSync } from "node:fs";
import { connect } from "node:http2";
import type { HTTPRoute, Secret } from "@fairlead/kubernetes-types";
import { freePort } from "@fairlead/testkit";
import { expect, test } from "vitest";
import { echo } from "./testing/http.ts";
import { gateway, gatewayClass, httpRoute, present, routeKey, service, toService } from "./testing/objects.ts";
import { TestNode } from "./testing/test-node.ts";

const soon = { timeout: 20_000, interval: 20 };

function base64(file: string): string {
  return readFileSync(new URL(`../../../packages/mesh-model/testdata/${file}.pem`, import.meta.url)).toString("base64");
}

const certificate: Secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "cert", namespace: "default", uid: "cert" },
  type: "kubernetes.io/tls",
  data: { "tls.crt": base64("one.crt"), "tls.key": base64("one.key") },
};

/** The statuses of requests for hosts, all on one HTTP/2 connection made for a server name. */
async function statuses(port: number, servername: string, hosts: readonly string[]): Promise<string[]> {
  const session = connect(`https://127.0.0.1:${port}`, { servername, rejectUnauthorized: false });
  session.on("error", () => {});
  const ask = (host: string) =>
    new Promise<string>((resolve) => {
      const stream = session.request({ ":path": "/", ":authority": host });
      stream.on("response", (headers) => resolve(`${host} ${headers[":status"]}`));
      stream.on("error", () => resolve(`${host} no answer`));
      stream.end();
    });
  try {
    return await Promise.all(hosts.map(ask));
  } finally {
    session.destroy();
  }
}

function routeOf(listener: string, host: string): HTTPRoute {
  const route = httpRoute(listener, host, [toService("here")]);
  return { ...route, spec: { ...route.spec, parentRefs: [{ name: "gw", sectionName: listener }] } };
}

test("a host of another listener is told so, on a connection made for this one", async () => {
  await using here = await echo("here");
  await using node = await TestNode.create();
  const port = await freePort();
  const listener = (name: string, hostname?: string) => ({
    name,
    port,
    protocol: "HTTPS",
    tls: { certificateRefs: [{ name: "cert" }] },
    ...(hostname && { hostname }),
  });
  const listeners = [
    listener("any"),
    listener("second", "second.test"),
    listener("wild", "*.wild.test"),
    listener("fourth", "fourth.wild.test"),
  ];
  const routes = [
    routeOf("any", "first.test"),
    routeOf("second", "second.test"),
    routeOf("wild", "*.wild.test"),
    routeOf("fourth", "fourth.wild.test"),
  ];
  node.apply(
    ...present(gatewayClass(), certificate, gateway("gw", port, { listeners }), ...service("here", here.port)),
  );
  node.apply(...present(...routes));
  await node.serve();
  await node.envoy();
  for (const { name } of listeners) await expect.poll(() => node.state(routeKey(name)), soon).toBe("proxied");

  await expect
    .poll(
      () => statuses(port, "first.test", ["first.test", "second.test", "SECOND.test:443", "x.wild.test", "no.test"]),
      soon,
    )
    .toEqual(["first.test 200", "second.test 421", "SECOND.test:443 421", "x.wild.test 421", "no.test 404"]);
  expect(await statuses(port, "second.test", ["second.test", "first.test", "no.test"])).toEqual([
    "second.test 200",
    "first.test 421",
    "no.test 421",
  ]);
  expect(
    await statuses(port, "third.wild.test", ["third.wild.test", "fifth.wild.test", "fourth.wild.test", "second.test"]),
  ).toEqual(["third.wild.test 200", "fifth.wild.test 200", "fourth.wild.test 421", "second.test 421"]);
  expect(await statuses(port, "fourth.wild.test", ["fourth.wild.test", "fifth.wild.test"])).toEqual([
    "fourth.wild.test 200",
    "fifth.wild.test 421",
  ]);
  expect(await statuses(port, "no.test", ["first.test", "no.test"])).toEqual(["first.test 200", "no.test 404"]);
});
