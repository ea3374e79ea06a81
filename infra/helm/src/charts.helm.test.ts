import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureGoModule, ensureHelm, envoyBinary, type TempDir, tempDir } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHARTS, helm, objectsOf, type PodSpec, type Rendered, template } from "./testing/helm.ts";
import { writeStrictSchemas } from "./testing/strict-schemas.ts";

const run = promisify(execFile);
const SETS = ["default", "cilium", "hardened"] as const;
const values = (set: string) => ["--values", join(CHARTS, `testdata/${set}.values.yaml`)];
/** What the apps read that have to agree about the mesh. */
const MESH_VARIABLES = readFileSync(join(CHARTS, "../../packages/mesh-settings/src/mesh-variables.ts"), "utf8");
const URL = ["--set", "connector.cloudUrl=wss://fairlead.example.com"];

let tools: { readonly helm: string; readonly helm3: string; readonly unittest: string; readonly kubeconform: string };
let schemas: TempDir;

beforeAll(async () => {
  const path = (tool: { path: string } | { missing: string }) => {
    if ("missing" in tool) throw new Error(tool.missing);
    return tool.path;
  };
  const ensured = await ensureHelm();
  tools = {
    helm: path(ensured.helm),
    helm3: path(ensured.helm3),
    unittest: path(ensured.unittest),
    kubeconform: path(ensured.kubeconform),
  };
  schemas = await tempDir("schemas");
  const kubernetes = await ensureGoModule("k8s.io/kubernetes", "v1.33.4");
  if ("missing" in kubernetes) throw new Error(kubernetes.missing);
  writeStrictSchemas(join(kubernetes.directory, "api/openapi-spec/swagger.json"), schemas.path);
}, 1_800_000);
afterAll(() => schemas?.[Symbol.asyncDispose]());

async function rendered(set: string): Promise<Rendered[]> {
  return objectsOf((await template(tools.helm, "fairlead", values(set))).stdout);
}

function pods(objects: readonly Rendered[]): PodSpec[] {
  return objects.flatMap(({ spec }) => spec?.template?.spec ?? []);
}

/** Without the blank lines before a separator, of which Helm 4 leaves one more than Helm 3. */
function closeUp(documents: string): string {
  return documents.replaceAll(/\s*\n---\n/g, "\n---\n").trimEnd();
}

describe.each(SETS)("the values %s", (set) => {
  test("render as the golden says, with this Helm and the one before", async () => {
    const { ok, stdout, stderr } = await template(tools.helm, "fairlead", values(set));
    expect([ok, stderr]).toEqual([true, ""]);
    await expect(stdout).toMatchFileSnapshot(join(CHARTS, `testdata/${set}.golden.yaml`));
    expect(closeUp((await template(tools.helm3, "fairlead", values(set))).stdout)).toBe(closeUp(stdout));
  });

  test("give objects that Kubernetes knows, field by field", async () => {
    await using folder = await tempDir("rendered");
    const file = join(folder.path, "all.yaml");
    writeFileSync(file, (await template(tools.helm, "fairlead", values(set))).stdout);
    const location = join(schemas.path, "{{.ResourceKind}}{{.KindSuffix}}.json");
    const { stdout } = await run(tools.kubeconform, ["-summary", "-schema-location", location, file]);
    expect(stdout).toMatch(/Valid: [1-9]\d*, Invalid: 0, Errors: 0, Skipped: 0/);
  });

  test("grant nothing by wildcard, and Secrets of all namespaces to nobody", async () => {
    const objects = await rendered(set);
    for (const { kind, metadata, rules = [] } of objects) {
      for (const rule of rules) {
        const where = `${kind} ${metadata.name}`;
        expect([
          where,
          [...rule.apiGroups, ...rule.resources, ...rule.verbs].filter((word) => word.includes("*")),
        ]).toEqual([where, []]);
        if (kind === "ClusterRole") expect(rule.resources).not.toContain("secrets");
      }
    }
  });

  test("set only variables the apps read", async () => {
    for (const { containers } of pods(await rendered(set))) {
      for (const { name, env = [] } of containers) {
        if (name === "envoy") continue;
        const app = name === "drain" ? "connector" : name;
        const own = readFileSync(join(CHARTS, `../../apps/${app}/src/settings.ts`), "utf8");
        const settings = own.includes("...meshVariables") ? own + MESH_VARIABLES : own;
        const known = (variable: string) =>
          /^(KUBERNETES_SERVICE_(HOST|PORT)|NODE_EXTRA_CA_CERTS|FAIRLEAD_LOG_LEVEL)$/.test(variable) ||
          settings.includes(`  ${variable}:`);
        expect(env.map((variable) => variable.name).filter((variable) => !known(variable))).toEqual([]);
      }
    }
  });

  test("write to no root file system", async () => {
    for (const { containers } of pods(await rendered(set))) {
      for (const { securityContext } of containers) expect(securityContext?.readOnlyRootFilesystem).toBe(true);
    }
  });
});

test("helm lint is content, and the suites of helm-unittest pass", async () => {
  const lint = await helm(tools.helm, ["lint", "--strict", join(CHARTS, "fairlead"), ...values("default")]);
  expect([lint.ok, lint.stdout]).toEqual([true, expect.stringContaining("0 chart(s) failed")]);
  const crds = await helm(tools.helm, ["lint", "--strict", join(CHARTS, "fairlead-crds")]);
  expect([crds.ok, crds.stdout]).toEqual([true, expect.stringContaining("0 chart(s) failed")]);
  const suites = await helm(tools.unittest, [join(CHARTS, "fairlead")]);
  expect([suites.ok, suites.stdout]).toEqual([true, expect.stringMatching(/Test Suites: [1-9]\d* passed/)]);
}, 120_000);

test("the CRDs are what the API server takes as such, and stay when the release goes", async () => {
  await using folder = await tempDir("crds");
  const file = join(folder.path, "all.yaml");
  const { stdout } = await template(tools.helm, "fairlead-crds");
  writeFileSync(file, stdout);
  const location = join(schemas.path, "{{.ResourceKind}}{{.KindSuffix}}.json");
  const result = await run(tools.kubeconform, ["-summary", "-schema-location", location, file]);
  expect(result.stdout).toMatch(/Valid: [1-9]\d*, Invalid: 0, Errors: 0, Skipped: 0/);
  expect(stdout).toContain("helm.sh/resource-policy: keep");
});

test("Envoy takes the file and the arguments it is started with, and its node's name from these", async () => {
  const objects = await rendered("default");
  const file = objects.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name === "fairlead-envoy");
  const [container] = pods(objects.filter(({ metadata }) => metadata.name === "fairlead-envoy"))[0]?.containers ?? [];
  await using folder = await tempDir("envoy");
  const path = join(folder.path, "bootstrap.json");
  writeFileSync(path, file?.data?.["bootstrap.json"] ?? "");
  const args = (container?.args ?? []).map((arg) =>
    arg.replace("/etc/envoy/bootstrap.json", path).replace("$(FAIRLEAD_NODE_NAME)", "node-1"),
  );
  const { stderr } = await run(envoyBinary(), ["--mode", "validate", ...args]);
  expect(stderr).not.toMatch(/error|deprecated/i);
});

test.each<[string, readonly string[], string]>([
  ["no address of the cloud", [], "connector.cloudUrl is not set"],
  ["an address that is none", ["--set", "connector.cloudUrl=fairlead.example.com"], "cloudUrl"],
  ["two join tokens", [...URL, "--set", "connector.joinToken=a,connector.existingSecret=b"], "are both set"],
  ["a port without a host", [...URL, "--set", "k8sServicePort=6443"], "k8sServiceHost is not"],
  ["a value nobody knows", [...URL, "--set", "hubble.enabled=true"], "hubble"],
  ["a value without effect", [...URL, "--set", "gatewayAPI.hostNetwork.enabled=false"], "enabled"],
  ["a data plane nobody has", [...URL, "--set", "dataPlane=istio"], "dataPlane"],
  ["a digest that is none", [...URL, "--set", "connector.image.digest=sha256:1"], "digest"],
])("%s is refused by either Helm, which says what is wrong", async (_, args, words) => {
  for (const binary of [tools.helm, tools.helm3]) {
    const { ok, stderr } = await template(binary, "fairlead", args);
    expect([ok, stderr]).toEqual([false, expect.stringContaining(words)]);
  }
});
