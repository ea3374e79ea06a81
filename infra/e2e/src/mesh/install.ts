import type { LabCluster } from "@fairlead/lab";
import { eventually } from "@fairlead/testkit";
import type { Cloud } from "./cloud.ts";
import { applyGatewayApi } from "./gateway-api.ts";
import { CHART, helm, NAMESPACE } from "./helm.ts";

export interface InstallOptions {
  readonly cluster: LabCluster;
  readonly cloud: Cloud;
  /** The cluster's name at the cloud. */
  readonly name: string;
  /** `key=value` pairs for `fairlead cluster join --labels`. */
  readonly labels?: string;
  /** Further `--set`s. */
  readonly values?: Readonly<Record<string, string>>;
  /** Another chart than this tree's. */
  readonly chart?: string;
  /** Puts what the chart refers to into its namespace, and gives the values that say so. Default: the token is a value. */
  readonly prepare?: Prepare;
}

/** See `prepare` of {@link InstallOptions}. */
export type Prepare = (given: {
  readonly cluster: LabCluster;
  readonly cloud: Cloud;
  /** A join token that was not used yet. */
  readonly token: string;
}) => Promise<Readonly<Record<string, string>>>;

/** The addresses connectors use for a cloud on the machine. */
function tunnelUrl(cluster: LabCluster, cloud: Cloud): string {
  return `ws://${cluster.machineAddress}:${cloud.port}`;
}

/** Installs Fairlead in a cluster as its README says, with a fresh join token. Does not wait for it. */
export async function install(options: InstallOptions): Promise<void> {
  const { cluster, cloud, name, prepare = async ({ token }) => ({ "connector.joinToken": token }) } = options;
  await applyGatewayApi(cluster);
  const labels = options.labels === undefined ? [] : ["--labels", options.labels];
  const joined = await cloud.fairlead(["cluster", "join", name, ...labels, "-o", "json"]);
  if (joined.code !== 0) throw new Error(`fairlead cluster join: ${joined.stderr}`);
  const { token }: { token: string } = JSON.parse(joined.stdout);
  await helm(cluster, [
    ...["upgrade", "--install", "fairlead-crds", `${CHART}-crds`],
    ...["--namespace", NAMESPACE, "--create-namespace"],
  ]);
  const prepared = await prepare({ cluster, cloud, token });
  await upgrade({ ...options, values: { ...prepared, ...options.values } });
}

/** `helm upgrade --install` of the chart with the cloud's address and some values. */
export async function upgrade({ cluster, cloud, values, chart = CHART }: InstallOptions): Promise<string> {
  const all = {
    "connector.cloudUrl": tunnelUrl(cluster, cloud),
    "compat.ciliumClasses": "true",
    ...values,
  };
  const sets = Object.entries(all).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
  return helm(cluster, [
    ...["upgrade", "--install", "fairlead", chart, "--namespace", NAMESPACE, "--create-namespace"],
    ...sets,
  ]);
}

/** Waits until every pod of the installation is ready. Throws with the pods' states after the time, in seconds. */
export async function allReady(cluster: LabCluster, seconds = 120): Promise<void> {
  const workloads = ["deployment/fairlead-connector", "deployment/fairlead-operator"];
  const sets = ["daemonset/fairlead-agent", "daemonset/fairlead-envoy"];
  try {
    for (const one of [...workloads, ...sets]) {
      await cluster.kubectl(["-n", NAMESPACE, "rollout", "status", one, `--timeout=${seconds}s`]);
    }
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${await diagnosis(cluster)}`);
  }
}

/** What a person would look at first when pods do not come up. */
async function diagnosis(cluster: LabCluster): Promise<string> {
  const pods = await cluster.kubectl(["-n", NAMESPACE, "get", "pods", "-o", "wide"]);
  const events = await cluster.kubectl(["-n", NAMESPACE, "get", "events", "--sort-by=.lastTimestamp"]);
  const logs = await Promise.all(
    ["connector", "operator", "agent", "envoy"].map((name) =>
      cluster
        .kubectl(["-n", NAMESPACE, "logs", "-l", `app.kubernetes.io/name=fairlead-${name}`, "--tail=15", "--prefix"])
        .catch((error: unknown) => `${error}`),
    ),
  );
  return [pods, events.split("\n").slice(-25).join("\n"), ...logs].join("\n");
}

/** Waits until the cloud shows the cluster connected. */
export async function connected(cloud: Cloud, name: string, seconds = 60): Promise<void> {
  const look = async () => {
    const { items } = await cloud.client.clusters.list({ query: { name } });
    const state = items[0]?.connection.state ?? "not there";
    if (state !== "connected") throw new Error(`cluster ${name} is ${state}`);
  };
  await eventually(look, { timeoutMs: seconds * 1_000, intervalMs: 200 });
}
