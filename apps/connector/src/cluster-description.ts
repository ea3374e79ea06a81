import { readFileSync } from "node:fs";
import { findResource, type KubernetesClient, resources } from "@fairlead/kubernetes";
import { BUNDLE_RESOURCES } from "./cluster-survey.ts";

const VERSION: string = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version;

/** What the hub is told about the cluster with every connection. */
export interface ClusterDescription {
  /** UID of the namespace `kube-system`. */
  readonly clusterUid: string;
  readonly connectorVersion: string;
  /** Which of the kinds that bundles hold the API server serves, as `group/version/Kind`, sorted. */
  readonly serves: readonly string[];
}

/** Asks the API server who it is and what it serves. */
export async function describeCluster(client: KubernetesClient, signal: AbortSignal): Promise<ClusterDescription> {
  const groupVersions = [...new Set(BUNDLE_RESOURCES.map(({ apiVersion }) => apiVersion))];
  const [clusterUid, ...served] = await Promise.all([
    clusterUidOf(client, signal),
    ...groupVersions.map((apiVersion) => kindsOf(client, apiVersion, signal)),
  ]);
  return { clusterUid, connectorVersion: VERSION, serves: served.flat().sort() };
}

/** The UID of the namespace `kube-system`, by which clusters are told apart. */
export async function clusterUidOf(client: KubernetesClient, signal: AbortSignal): Promise<string> {
  const system = await client.get(resources.namespaces, { name: "kube-system" }, { signal });
  return system.metadata.uid ?? "";
}

/** A group or version that is not served has no kinds. */
async function kindsOf(client: KubernetesClient, apiVersion: string, signal: AbortSignal): Promise<string[]> {
  const list = await client.raw(`/apis/${apiVersion}`, { signal }).catch(() => ({}));
  if (typeof list !== "object" || list === null || !("resources" in list) || !Array.isArray(list.resources)) return [];
  const group = apiVersion.slice(0, apiVersion.indexOf("/"));
  const kinds = list.resources.map(({ kind }: { kind?: unknown }) => String(kind));
  const known = kinds.filter((kind) => findResource(group, kind) !== undefined);
  return [...new Set(known)].map((kind) => `${apiVersion}/${kind}`);
}
