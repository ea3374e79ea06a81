import { existsSync } from "node:fs";
import { join } from "node:path";
import { addressPool, type Layout, portOffset } from "./layout.ts";
import type { ProcessSpec } from "./supervisor.ts";

/** What the process table is made from. */
export interface Surroundings {
  /** The repository's root. */
  readonly root: string;
  /** The instance's folder, `.fairlead`. */
  readonly directory: string;
  /** The Node binary that runs our apps. */
  readonly node: string;
  readonly envoy: string;
  readonly layout: Layout;
  readonly databaseUrl: string;
  /** Under which connectors elsewhere reach the cloud, which then listens on all addresses. */
  readonly publicAddress: string | undefined;
}

/** The cloud: API, tunnel hub and render worker in one process. */
export function cloudProcess({ root, node, layout, databaseUrl, publicAddress }: Surroundings): ProcessSpec {
  const console = consoleDirectory(root);
  return {
    name: "cloud",
    command: node,
    args: [join(root, "apps/cloud/src/main.ts")],
    env: {
      DATABASE_URL: databaseUrl,
      FAIRLEAD_HOST: publicAddress === undefined ? "127.0.0.1" : "0.0.0.0",
      ...(publicAddress !== undefined && { FAIRLEAD_PUBLIC_URL: `http://${publicAddress}:${layout.apiPort}` }),
      FAIRLEAD_PORT: `${layout.apiPort}`,
      FAIRLEAD_ADMIN_PORT: `${layout.cloudAdminPort}`,
      ...(console !== undefined && { FAIRLEAD_CONSOLE_DIR: console }),
    },
    ready: readyAt(layout.cloudAdminPort, "/readyz"),
  };
}

/** Where the built console is; undefined when nobody has built it. */
export function consoleDirectory(root: string): string | undefined {
  const directory = join(root, "apps/console/dist");
  return existsSync(join(directory, "index.html")) ? directory : undefined;
}

/** The Kubernetes API of standalone mode. */
export function objectServerProcess({ root, node, directory, layout }: Surroundings): ProcessSpec {
  return {
    name: "object-server",
    command: node,
    args: [join(root, "apps/standalone/src/object-server/main.ts")],
    env: {
      FAIRLEAD_OBJECT_SERVER_PORT: `${layout.objectServerPort}`,
      FAIRLEAD_OBJECT_SERVER_DATA_DIR: join(directory, "objects"),
      FAIRLEAD_OBJECT_SERVER_TOKENS_FILE: join(directory, "kubeconfig", "tokens.json"),
    },
    ready: readyAt(layout.objectServerPort, "/readyz"),
  };
}

export function operatorProcess(around: Surroundings): ProcessSpec {
  const { root, node, layout } = around;
  return {
    name: "operator",
    command: node,
    args: [join(root, "apps/operator/src/main.ts")],
    env: {
      KUBECONFIG: kubeconfig(around, "operator"),
      FAIRLEAD_ADDRESS_POOL: addressPool(layout, 0),
      FAIRLEAD_COMPAT_CILIUM_CLASSES: "true",
      FAIRLEAD_ADMIN_PORT: `${layout.adminPorts.operator}`,
    },
    ready: readyAt(layout.adminPorts.operator, "/readyz"),
  };
}

export function connectorProcess(around: Surroundings, joinTokenFile: string): ProcessSpec {
  const { root, node, directory, layout } = around;
  return {
    name: "connector",
    command: node,
    args: [join(root, "apps/connector/src/main.ts")],
    env: {
      KUBECONFIG: kubeconfig(around, "connector"),
      FAIRLEAD_CLOUD_URL: `ws://127.0.0.1:${layout.apiPort}/v1/tunnel`,
      FAIRLEAD_JOIN_TOKEN_FILE: joinTokenFile,
      FAIRLEAD_STATE_DIR: join(directory, "connector"),
      FAIRLEAD_COMPAT_CILIUM_CLASSES: "true",
      FAIRLEAD_NODE_REPORT_LISTEN: `127.0.0.1:${layout.nodeReportPort}`,
      FAIRLEAD_ADMIN_PORT: `${layout.adminPorts.connector}`,
    },
    ready: readyAt(layout.adminPorts.connector, "/readyz"),
  };
}

/** Name of node `index`; the first is the only one by default. */
export function nodeName(index: number): string {
  return index === 0 ? "local" : `local-${index + 1}`;
}

function nodeDirectory({ directory }: Surroundings, index: number): string {
  return join(directory, "nodes", nodeName(index));
}

/** Where the node's Envoy finds its agent. Relative names keep it under the 107 bytes a socket path may have. */
export function xdsSocket(around: Surroundings, index: number): string {
  return join(nodeDirectory(around, index), "xds.sock");
}

export function agentProcess(around: Surroundings, index: number): ProcessSpec {
  const { root, node, directory, layout } = around;
  const name = `agent-${nodeName(index)}`;
  const moved = index === 0 ? {} : { FAIRLEAD_ADDRESS_MAP: `${addressPool(layout, 0)}=${addressPool(layout, index)}` };
  return {
    name,
    command: node,
    args: [join(root, "apps/agent/src/main.ts")],
    env: {
      KUBECONFIG: kubeconfig(around, "agent"),
      FAIRLEAD_NODE_NAME: nodeName(index),
      FAIRLEAD_XDS_SOCKET: xdsSocket(around, index),
      FAIRLEAD_STATE_DIR: join(nodeDirectory(around, index), "agent"),
      FAIRLEAD_CONNECTOR_URL: `http://127.0.0.1:${layout.nodeReportPort}`,
      FAIRLEAD_TOKEN_FILE: join(directory, "kubeconfig", "agent.token"),
      FAIRLEAD_COMPAT_CILIUM_CLASSES: "true",
      FAIRLEAD_PORT_OFFSET: `${portOffset()}`,
      FAIRLEAD_ADMIN_PORT: `${layout.adminPorts[name]}`,
      ...moved,
    },
    ready: readyAt(layout.adminPorts[name], "/readyz"),
  };
}

export function envoyProcess(around: Surroundings, index: number, bootstrapFile: string): ProcessSpec {
  const name = `envoy-${nodeName(index)}`;
  return {
    name,
    command: around.envoy,
    // Each node's Envoy is one of several on this host, so it must not share memory with another by its base id.
    args: ["-c", bootstrapFile, "--use-dynamic-base-id", "--concurrency", "1", "--log-level", "warning"],
    ready: readyAt(around.layout.adminPorts[name], "/ready"),
  };
}

/** Path of a service account's kubeconfig. */
function kubeconfig({ directory }: Pick<Surroundings, "directory">, account: string): string {
  return join(directory, "kubeconfig", `${account}.yaml`);
}

function readyAt(port: number | undefined, path: string): () => Promise<boolean> {
  return async () => (await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(1_000) })).ok;
}
