import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, createClient } from "@fairlead/client";
import { type Log, MeshError } from "@fairlead/core";
import { bootstrap } from "@fairlead/envoy";
import { bookinfo, endpointSlices } from "./bookinfo.ts";
import { startDatabase } from "./database.ts";
import { applyExample, type Endpoints, readEndpoints } from "./example.ts";
import { ensureCluster, prepareCloud } from "./first-run.ts";
import { writeKubeconfigs } from "./kubeconfigs.ts";
import { type Layout, portOffset, readLayout } from "./layout.ts";
import { LocalFolder } from "./local-folder.ts";
import { findProgram } from "./process-table.ts";
import {
  agentProcess,
  cloudProcess,
  connectorProcess,
  envoyProcess,
  nodeName,
  objectServerProcess,
  operatorProcess,
  type Surroundings,
  xdsSocket,
} from "./processes.ts";
import { Supervisor } from "./supervisor.ts";

export interface InstanceOptions {
  /** The repository's root. */
  readonly root: string;
  /** Where the instance keeps everything, `.fairlead`. */
  readonly directory: string;
  readonly log: Log;
  /** How many nodes, each with an agent and an Envoy of its own. Default 1. */
  readonly nodes?: number;
  /** Runs Bookinfo and applies its manifests. Default true. */
  readonly example?: boolean;
  /** Says what is being done, one line at a time. */
  readonly say?: (line: string) => void;
  readonly envoy: string;
  /** The API's port; the other ports follow it. Taken ones are skipped. */
  readonly basePort?: number;
  /** An IPv4 address of this machine that clusters elsewhere reach; the API then listens on all addresses. */
  readonly publicAddress?: string | undefined;
}

/** A running Fairlead: everything `npm start` starts. */
export interface Instance extends AsyncDisposable {
  readonly endpoints: Endpoints;
  readonly client: Client;
  readonly layout: Layout;
  readonly supervisor: Supervisor;
  readonly folder: LocalFolder;
  readonly directory: string;
  /** Connection of the cloud's runtime login. */
  readonly databaseUrl: string;
  /** Process id of PostgreSQL. */
  readonly databasePid: () => number;
}

/** Starts everything in the order of need and resolves once the example answers through Envoy. */
export async function startInstance(options: InstanceOptions): Promise<Instance> {
  const say = options.say ?? (() => {});
  const { directory, root, log } = options;
  const nodes = options.nodes ?? 1;
  const layout = await readLayout(directory, adminNames(nodes), options.basePort);
  const supervisor = new Supervisor({ directory, log, guard: deathGuard() });
  await supervisor.reap();
  const resources = new AsyncDisposableStack();
  try {
    say("starting PostgreSQL");
    const postgres = resources.use(
      await startDatabase({ dataDir: join(directory, "postgres"), port: layout.postgresPort, log }),
    );
    resources.use(supervisor);
    const { databaseUrl, token } = await prepareCloud(postgres.url, directory, log);
    const { envoy, publicAddress } = options;
    const around: Surroundings = { root, directory, node: process.execPath, envoy, layout, databaseUrl, publicAddress };
    writeKubeconfigs(directory, layout);

    say("starting the cloud, the object server and the example's services");
    const example = options.example === false ? [] : await bookinfo(root, process.execPath, layout.examplePort);
    await Promise.all([
      supervisor.start(cloudProcess(around)),
      supervisor.start(objectServerProcess(around)),
      ...example.map(({ spec }) => supervisor.start(spec)),
    ]);
    const client = createClient({ baseUrl: `http://127.0.0.1:${layout.apiPort}`, token });
    const folder = resources.use(localFolder(options, layout));
    writeNodes(directory, nodes);
    if (example.length > 0) {
      copyFileSync(join(root, "examples/bookinfo/cluster/services.yaml"), join(directory, "cluster", "services.yaml"));
      writeFileSync(join(directory, "cluster", "endpoints.yaml"), endpointSlices(example));
    }
    await folder.apply();
    folder.watch();

    say("starting connector, operator, agent and Envoy");
    const joinTokenFile = await ensureCluster(client, directory);
    await supervisor.start(connectorProcess(around, joinTokenFile));
    await Promise.all([
      supervisor.start(operatorProcess(around)),
      ...Array.from({ length: nodes }, (_, index) => startNode(supervisor, around, index)),
    ]);
    if (example.length > 0) {
      say("applying the example and waiting until Envoy serves it");
      await applyExample({ root, directory, layout, token });
    }
    const endpoints = await readEndpoints({
      root,
      directory,
      layout,
      token,
      offset: portOffset(),
      example: example.length > 0,
    });
    const held = resources.move();
    return {
      endpoints,
      client,
      layout,
      supervisor,
      folder,
      directory,
      databaseUrl,
      databasePid: postgres.pid,
      [Symbol.asyncDispose]: () => held.disposeAsync(),
    };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}

function adminNames(nodes: number): string[] {
  const perNode = Array.from({ length: nodes }, (_, index) => [`agent-${nodeName(index)}`, `envoy-${nodeName(index)}`]);
  return ["connector", "operator", ...perNode.flat()];
}

async function startNode(supervisor: Supervisor, around: Surroundings, index: number): Promise<void> {
  const name = nodeName(index);
  const folder = join(around.directory, "nodes", name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, "envoy.json");
  const port = around.layout.adminPorts[`envoy-${name}`] ?? 0;
  const admin = { address: "127.0.0.1", port };
  writeFileSync(file, JSON.stringify(bootstrap({ node: name, xdsSocketPath: xdsSocket(around, index), admin })));
  await supervisor.start(agentProcess(around, index));
  await supervisor.start(envoyProcess(around, index, file));
}

function localFolder(options: InstanceOptions, layout: Layout): LocalFolder {
  const directory = join(options.directory, "cluster");
  mkdirSync(directory, { recursive: true });
  const objectServerUrl = `http://127.0.0.1:${layout.objectServerPort}`;
  return new LocalFolder({ directory, objectServerUrl, token: layout.tokens.admin, log: options.log });
}

function writeNodes(directory: string, nodes: number): void {
  const documents = Array.from({ length: nodes }, (_, index) =>
    JSON.stringify({ apiVersion: "v1", kind: "Node", metadata: { name: nodeName(index) } }),
  );
  writeFileSync(join(directory, "cluster", "nodes.yaml"), `${documents.join("\n---\n")}\n`);
}

/** Makes the kernel end a child should this process die without a chance to stop it; nothing where setpriv is missing. */
function deathGuard(): (command: string, args: readonly string[], signal: NodeJS.Signals) => [string, string[]] {
  const setpriv = findProgram("setpriv");
  if (setpriv === undefined) return (command, args) => [command, [...args]];
  return (command, args, signal) => [setpriv, ["--pdeathsig", signal.replace("SIG", ""), command, ...args]];
}

/** Refuses a second instance in the same folder; the lock goes with the process. */
export function lockDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, "instance.pid");
  const other = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  if (other > 0 && other !== process.pid && isFairlead(other)) {
    throw new MeshError("already_exists", {
      public: `Fairlead already runs from this folder as process ${other}. Stop it first, or set FAIRLEAD_DIRECTORY.`,
    });
  }
  writeFileSync(file, `${process.pid}\n`);
}

function isFairlead(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("apps/standalone");
  } catch {
    return false;
  }
}
