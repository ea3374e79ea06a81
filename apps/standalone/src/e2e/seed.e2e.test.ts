import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ingress } from "@fairlead/kubernetes-types";
import { attempt, eventually, httpGet } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Instance } from "../instance.ts";
import { fairlead } from "./cli.ts";
import { root, testInstance } from "./test-instance.ts";

// The study's Bookinfo manifests route as the study says, through the same commands a user would type.
let instance: Instance;
beforeAll(async () => {
  instance = await testInstance();
});
afterAll(() => instance?.[Symbol.asyncDispose]());

describe("the study's Ingress", () => {
  test("sends /details to details", async () => {
    const answer = await httpGet(`${instance.endpoints.gatewayUrl}/details/1`);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({
      id: 1,
      author: "William Shakespeare",
      forwardedFor: expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/),
    });
  });

  test("sends / to productpage", async () => {
    const answer = await httpGet(`${instance.endpoints.gatewayUrl}/`);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain("Simple Bookstore App");
  });

  test("knows no /ratings, because productpage does not", async () => {
    expect((await httpGet(`${instance.endpoints.gatewayUrl}/ratings`)).status).toBe(404);
  });
});

describe("the study's Gateway", () => {
  const gateway = () => instance.endpoints.gateways["default/my-gateway"] ?? "";

  test("sends /details to details", async () => {
    expect((await httpGet(`${gateway()}/details/1`)).status).toBe(200);
  });

  test("asks for the header and the query parameter", async () => {
    expect((await httpGet(`${gateway()}/?great=example`, { magic: "foo" })).body).toContain("Simple Bookstore App");
    expect((await httpGet(`${gateway()}/?great=example`)).status).toBe(404);
    expect((await httpGet(`${gateway()}/`, { magic: "foo" })).status).toBe(404);
    expect((await httpGet(`${gateway()}/?great=example`, { magic: "foo" }, { method: "POST" })).status).toBe(404);
  });

  test("splits reviews by weight", async () => {
    const versions = new Set<string>();
    for (let index = 0; index < 60; index++) {
      const answer = await httpGet(`${gateway()}/reviews/1`, { host: "reviews.bookinfo.example" });
      versions.add(JSON.parse(answer.body).version);
    }
    expect(versions).toContain("v1");
    expect(versions.size).toBeGreaterThan(1);
  });
});

describe("the study's dedicated Ingress", () => {
  // The study's manifest as it is: the annotation alone asks for an address of its own.
  const manifest = join(root, "packages/contract/testdata/seed/webpod-ingress.yaml");

  test("goes through apply unchanged and is served on an address of its own, and there alone", async () => {
    const slices = readFileSync(join(instance.directory, "cluster", "endpoints.yaml"), "utf8").split("---\n");
    const ratings = slices.find((text) => text.includes("name: ratings-ratings")) ?? "";
    writeFileSync(
      join(instance.directory, "cluster", "webpod.yaml"),
      `apiVersion: v1
kind: Service
metadata: {name: webpod, namespace: default}
spec: {ports: [{name: http, port: 80, targetPort: 9080}]}
---
${ratings.replaceAll("ratings", "webpod")}`,
    );
    await instance.folder.apply();
    const applied = await fairlead(instance, ["apply", "-f", manifest]);
    expect(applied).toMatchObject({ code: 0, stderr: "" });
    expect((await fairlead(instance, ["wait", "ingress/webpod-ingress", "--timeout", "20s"])).code).toBe(0);

    const { annotations, address } = await eventually(async () => {
      const ingress = await readIngress("webpod-ingress");
      expect(ingress.status?.loadBalancer?.ingress?.[0]?.ip).toMatch(/^127\./);
      return { ...ingress.metadata, address: ingress.status?.loadBalancer?.ingress?.[0]?.ip ?? "" };
    });
    expect(annotations).toMatchObject({ "ingress.cilium.io/loadbalancer-mode": "dedicated" });
    const own = new URL(instance.endpoints.gatewayUrl);
    expect(address).not.toBe(own.hostname);
    own.hostname = address;
    await eventually(async () => expect((await httpGet(`${own.origin}/ratings/1`)).status).toBe(200));
    expect((await httpGet(`${instance.endpoints.gatewayUrl}/ratings/1`)).status).toBe(404);
  });

  async function readIngress(name: string): Promise<Ingress> {
    const url = `${instance.endpoints.objectServerUrl}/apis/networking.k8s.io/v1/namespaces/default/ingresses/${name}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${instance.layout.tokens.admin}` } });
    return JSON.parse(await response.text());
  }
});

describe("the CLI", () => {
  test("applies the manifests again without a change", async () => {
    const result = await fairlead(instance, ["apply", "-f", "examples/bookinfo/manifests"]);
    expect(result).toMatchObject({ code: 0 });
    expect(result.stdout).not.toContain("created");
    expect(result.stdout).not.toContain("configured");
  });

  test("shows every object as proxied by every node", async () => {
    const result = await fairlead(instance, ["wait", "--all", "--timeout", "20s"]);
    expect(result).toMatchObject({ code: 0 });
  });
});

test("the README's tour runs as written", async () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const tour = /<!-- tour -->\n```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  const script = `set -e\n${tour.replaceAll(".fairlead/", `${instance.directory}/`)}`;
  const result = await attempt(["bash", "-c", script], { cwd: root });
  expect(result).toMatchObject({ code: 0 });
  expect(result.stdout).toContain("William Shakespeare");
  expect(result.stdout.match(/^200$/gm)).toHaveLength(3);
  expect(result.stdout).toContain("refused, as it should be");
}, 60_000);
