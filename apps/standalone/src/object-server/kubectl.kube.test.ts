import { execFile, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { resources } from "@fairlead/kubernetes";
import { ensureKubectl, eventually, type TempDir, tempDir } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { objectServerKubeconfig } from "./start-object-server.ts";
import { startTestServer, TEST_TOKEN, type TestServer } from "./test-server.ts";

const kubectl = await ensureKubectl();
const program = "path" in kubectl ? kubectl.path : "";
// A skipped test says why in its name, which is what the summary prints.
const title = `the real kubectl on the object server${"missing" in kubectl ? ` (${kubectl.missing})` : ""}`;

const MANIFEST = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web, namespace: shop}
spec:
  gatewayClassName: fairlead
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: fairlead
  rules:
  - host: shop.example.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
`;

describe.skipIf("missing" in kubectl)(title, () => {
  let t: TestServer;
  let folder: TempDir;
  let base: string[];

  const run = (...args: string[]) =>
    new Promise<string>((resolve, reject) => {
      execFile(program, [...base, ...args], (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(stderr || error.message)),
      );
    });

  beforeAll(async () => {
    t = await startTestServer();
    folder = await tempDir("kubectl");
    const config = join(folder.path, "kubeconfig");
    base = ["--kubeconfig", config, "--cache-dir", join(folder.path, "cache")];
    await writeFile(config, objectServerKubeconfig({ url: t.server.url, token: TEST_TOKEN }), { mode: 0o600 });
    await writeFile(join(folder.path, "shop.yaml"), MANIFEST);
  });

  afterAll(async () => {
    await folder?.[Symbol.asyncDispose]();
    await t?.[Symbol.asyncDispose]();
  });

  test("apply creates, applies again without change, and edits", async () => {
    const file = join(folder.path, "shop.yaml");
    expect(await run("apply", "-f", file)).toMatch(
      /gateway.gateway.networking.k8s.io\/web created\ningress.networking.k8s.io\/web created/,
    );
    expect(await run("apply", "-f", file)).toMatch(/^(\S+ unchanged\n)+$/);
    await writeFile(
      file,
      MANIFEST.replace("port: 80, protocol", "port: 8080, protocol").replace("port: 80}]}", "port: 81}]}"),
    );
    expect(await run("apply", "-f", file)).toMatch(
      /web configured\ningress.networking.k8s.io\/web unchanged\nservice\/web configured/,
    );
    const gateway = await t.client.get(resources.gateways, { namespace: "shop", name: "web" });
    expect(gateway.spec.listeners).toEqual([{ name: "http", port: 8080, protocol: "HTTP" }]);
    const service = await t.client.get(resources.services, { namespace: "shop", name: "web" });
    expect(service.spec?.ports?.map((port) => port.port)).toEqual([81]);
    expect(await run("diff", "-f", file)).toBe("");
    expect(await run("apply", "--server-side", "-f", file)).toMatch(
      /gateway.gateway.networking.k8s.io\/web serverside-applied/,
    );
  });

  test("get prints the columns users know", async () => {
    expect(await run("get", "gateways", "-n", "shop")).toMatch(
      /^NAME +CLASS +ADDRESS +PROGRAMMED +AGE\nweb +fairlead +Unknown +\d+s\n$/,
    );
    expect(await run("get", "ingress", "-n", "shop", "-o", "wide")).toMatch(
      /^NAME +CLASS +HOSTS +ADDRESS +PORTS +AGE\nweb +fairlead +shop.example.com +80 +\d+s\n$/,
    );
    expect(await run("get", "svc", "-A", "-l", "none=such")).toBe("");
    expect(await run("get", "gtw", "web", "-n", "shop", "-o", "jsonpath={.spec.gatewayClassName}")).toBe("fairlead");
  });

  test("describe shows an Ingress with its rules and a Gateway with its status", async () => {
    expect(await run("describe", "ingress", "web", "-n", "shop")).toMatch(
      /Ingress Class: +fairlead[\s\S]*shop.example.com[\s\S]*web:80/,
    );
    expect(await run("describe", "gateway", "web", "-n", "shop")).toMatch(/Waiting for controller/);
  });

  test("get -w prints changes as they come", async () => {
    const watching = spawn(program, [...base, "get", "gateways", "-n", "shop", "-w"]);
    let output = "";
    watching.stdout.on("data", (chunk) => {
      output += chunk;
    });
    const ended = new Promise((resolve) => watching.once("exit", resolve));
    await eventually(() => expect(output).toMatch(/web +fairlead +Unknown/));
    const status = {
      addresses: [{ value: "127.1.2.3" }],
      conditions: [
        {
          type: "Programmed",
          status: "True",
          reason: "Programmed",
          message: "",
          lastTransitionTime: "2026-01-01T00:00:00Z",
        },
      ],
    } as const;
    const head = {
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata: { namespace: "shop", name: "web" },
    } as const;
    await t.client.applyStatus(resources.gateways, { ...head, status }, { fieldManager: "test" });
    await eventually(() => expect(output).toMatch(/web +fairlead +127\.1\.2\.3 +True/));
    watching.kill();
    await ended;
  });

  test("a field nobody knows and a value nobody allows are refused in words", async () => {
    const gateway = MANIFEST.split("---")[1] ?? "";
    const typo = join(folder.path, "typo.yaml");
    await writeFile(typo, gateway.replace("spec:\n", "specs: {}\nspec:\n"));
    await expect(run("apply", "-f", typo)).rejects.toThrow(/strict decoding error: unknown field "specs"/);
    const wrong = join(folder.path, "wrong.yaml");
    await writeFile(wrong, gateway.replace("port: 80,", "port: 0,"));
    await expect(run("apply", "-f", wrong)).rejects.toThrow(/spec\.listeners\[0\]\.port: Invalid value: 0/);
  });

  test("create makes built-in kinds, which kubectl sends in protobuf", async () => {
    await run("create", "ns", "made");
    const inMade = ["-n", "made"];
    await run("create", "secret", "generic", "key", "--from-literal=a=b", ...inMade);
    await run("create", "configmap", "config", "--from-literal=c=d", ...inMade);
    await run("create", "service", "clusterip", "web", "--tcp=80:8080", ...inMade);
    await run("create", "ingress", "web", "--class=fairlead", "--rule=a.example.com/shop*=web:80,tls=cert", ...inMade);
    const at = (name: string) => ({ namespace: "made", name });
    expect(await t.client.get(resources.secrets, at("key"))).toMatchObject({ data: { a: "Yg==" }, type: "Opaque" });
    expect(await t.client.get(resources.configMaps, at("config"))).toMatchObject({ data: { c: "d" } });
    expect(await t.client.get(resources.services, at("web"))).toMatchObject({
      metadata: { labels: { app: "web" } },
      spec: { type: "ClusterIP", selector: { app: "web" }, ports: [{ name: "80-8080", port: 80, targetPort: 8080 }] },
    });
    const { spec } = await t.client.get(resources.ingresses, at("web"));
    const backend = { service: { name: "web", port: { number: 80 } } };
    expect(spec).toEqual({
      ingressClassName: "fairlead",
      tls: [{ hosts: ["a.example.com"], secretName: "cert" }],
      rules: [{ host: "a.example.com", http: { paths: [{ path: "/shop", pathType: "Prefix", backend }] } }],
    });
    await run("delete", "ns", "made");
  });

  test("label, annotate, patch and delete", async () => {
    await run("label", "svc", "web", "-n", "shop", "a=b");
    await run("annotate", "svc", "web", "-n", "shop", "c=d");
    await run("patch", "svc", "web", "-n", "shop", "--type", "merge", "-p", '{"metadata":{"labels":{"e":"f"}}}');
    const service = await t.client.get(resources.services, { namespace: "shop", name: "web" });
    expect(service.metadata.labels).toEqual({ a: "b", e: "f" });
    expect(await run("delete", "svc", "web", "-n", "shop")).toBe('service "web" deleted\n');
    expect(await run("delete", "ns", "shop")).toBe('namespace "shop" deleted\n');
    expect(await run("get", "gateways", "-A")).toBe("");
  });
});
