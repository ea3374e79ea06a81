import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MeshError, type Secret } from "@fairlead/core";
import type { Layout } from "./layout.ts";
import { consoleDirectory } from "./processes.ts";

/** What `.fairlead/endpoints.json` says. */
export interface Endpoints {
  readonly apiUrl: string;
  /** Where the console is; empty when it is not built. */
  readonly consoleUrl: string;
  /** Where the example's Ingress answers: `/` and `/details/1`. */
  readonly gatewayUrl: string;
  /** Every Gateway and Ingress with an address, by `<namespace>/<name>`. */
  readonly gateways: Readonly<Record<string, string>>;
  readonly objectServerUrl: string;
  readonly kubeconfig: string;
  readonly project: string;
  readonly token: string;
}

interface ExampleOptions {
  readonly root: string;
  readonly directory: string;
  readonly layout: Layout;
  readonly token: Secret<string>;
}

/** Name of the project that standalone mode works in. */
const LOCAL_PROJECT = "default";

/**
 * Applies Bookinfo's manifests through the CLI, as a user would, the first time only: what the user changed or deleted
 * later stays so. On later starts Envoy has its routes back from the agent before this is reached.
 */
export async function applyExample(options: ExampleOptions): Promise<void> {
  const done = join(options.directory, "example-applied");
  const manifests = join(options.root, "examples/bookinfo/manifests");
  if (!existsSync(done)) {
    await fairlead(options, ["apply", "-f", manifests, "--wait", "--timeout", "60s"]);
    writeFileSync(done, "");
  }
}

/** Runs the CLI against this instance and gives its standard output. Throws with what it said when it fails. */
async function fairlead(options: ExampleOptions, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [join(options.root, "apps/cli/src/main.ts"), ...args], {
    env: {
      ...process.env,
      FAIRLEAD_API_URL: `http://127.0.0.1:${options.layout.apiPort}`,
      FAIRLEAD_TOKEN: options.token.reveal(),
      FAIRLEAD_PROJECT: LOCAL_PROJECT,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) return Buffer.concat(output).toString();
  throw new MeshError("unavailable", {
    public: `fairlead ${args.join(" ")} ended with ${code}: ${Buffer.concat([...output, ...errors])
      .toString()
      .trim()}`,
  });
}

interface EndpointOptions {
  readonly root: string;
  readonly directory: string;
  readonly layout: Layout;
  readonly token: Secret<string>;
  readonly offset: number;
  readonly example: boolean;
}

/** Reads the addresses the operator gave out, writes `endpoints.json` and returns it. */
export async function readEndpoints(options: EndpointOptions): Promise<Endpoints> {
  const { layout, token, offset } = options;
  const file = join(options.directory, "endpoints.json");
  const apiUrl = `http://127.0.0.1:${layout.apiPort}`;
  const objectServerUrl = `http://127.0.0.1:${layout.objectServerPort}`;
  const list = async (path: string): Promise<readonly Addressed[]> => {
    const response = await fetch(`${objectServerUrl}${path}`, {
      headers: { authorization: `Bearer ${layout.tokens.admin}` },
    });
    const body: { items?: readonly Addressed[] } = JSON.parse(await response.text());
    return body.items ?? [];
  };
  const gateways = await list("/apis/gateway.networking.k8s.io/v1/gateways");
  const ingresses = await list("/apis/networking.k8s.io/v1/ingresses");
  const urlOf = (address: string | undefined, port: number) => {
    const bound = port < 1024 ? port + offset : port;
    return address === undefined ? [] : [`http://${address}${bound === 80 ? "" : `:${bound}`}`];
  };
  const named: Record<string, string> = {};
  for (const { metadata, spec, status } of gateways) {
    const [url] = urlOf(status?.addresses?.[0]?.value, spec?.listeners?.[0]?.port ?? 80);
    if (url !== undefined) named[`${metadata.namespace}/${metadata.name}`] = url;
  }
  for (const { metadata, status } of ingresses) {
    const [url] = urlOf(status?.loadBalancer?.ingress?.[0]?.ip, 80);
    if (url !== undefined) named[`${metadata.namespace}/${metadata.name}`] = url;
  }
  const endpoints: Endpoints = {
    apiUrl,
    consoleUrl: consoleDirectory(options.root) === undefined ? "" : apiUrl,
    gatewayUrl: named["default/basic-ingress"] ?? Object.values(named)[0] ?? "",
    gateways: named,
    objectServerUrl,
    kubeconfig: join(options.directory, "kubeconfig", "admin.yaml"),
    project: LOCAL_PROJECT,
    token: token.reveal(),
  };
  writeFileSync(file, `${JSON.stringify(endpoints, null, 2)}\n`, { mode: 0o600 });
  writeFileSync(join(options.directory, "env"), shellVariables(endpoints), { mode: 0o600 });
  return endpoints;
}

/** The same for a shell to read: `. .fairlead/env`. */
function shellVariables(endpoints: Endpoints): string {
  const variables = {
    FAIRLEAD_API_URL: endpoints.apiUrl,
    FAIRLEAD_TOKEN: endpoints.token,
    FAIRLEAD_PROJECT: endpoints.project,
    GATEWAY: endpoints.gatewayUrl,
    GATEWAY_API: endpoints.gateways["default/my-gateway"] ?? "",
  };
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value}'\n`)
    .join("");
}

/** The parts of a Gateway or Ingress that hold its address. */
interface Addressed {
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec?: { readonly listeners?: readonly { readonly port: number }[] };
  readonly status?: {
    readonly addresses?: readonly { readonly value: string }[];
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] };
  };
}

/** `endpoints.json` of a folder, as written by the last start. */
export function loadEndpoints(directory: string): Endpoints {
  return JSON.parse(readFileSync(join(directory, "endpoints.json"), "utf8"));
}
