import { join } from "node:path";
import { clusterAddresses } from "./addresses.ts";
import { type ClusterPlan, planCluster } from "./cluster-plan.ts";
import { mergedKubeconfig } from "./kubeconfig.ts";
import type { LabOptions } from "./lab-options.ts";

/** Everything a lab will be, as plain data: nothing of it exists yet. */
export interface LabPlan {
  readonly name: string;
  readonly options: LabOptions;
  /** Holds all of the lab's files. */
  readonly directory: string;
  readonly clusters: readonly ClusterPlan[];
  readonly outside: OutsidePlan;
  /** One kubeconfig with a context per cluster. */
  readonly kubeconfig: string;
}

/** The host outside the clusters, with a leg on every cluster's segment. */
export interface OutsidePlan {
  readonly name: "router";
  readonly namespace: string;
  readonly legs: readonly Leg[];
}

/** One leg: `device` inside the namespace, `hostLink` its other end on the bridge. */
export interface Leg {
  readonly bridge: string;
  readonly hostLink: string;
  readonly device: string;
  readonly address: string;
  /** Ranges reached through a neighbour on this leg. */
  readonly routes: readonly Route[];
}

export interface Route {
  readonly to: string;
  readonly via: string;
}

/** What a plan needs to know besides the options. */
export interface LabPlace {
  readonly directory: string;
  /** The clusters' numbers on this machine (0 to 15), one per cluster; nobody else may have them. */
  readonly indices: readonly number[];
  /** The folder with the Kubernetes components. */
  readonly kubernetes: string;
}

/** The plan of a lab. Same options and place, same plan. */
export function planLab(options: LabOptions, place: LabPlace): LabPlan {
  const clusters = place.indices.map((index, i) =>
    planCluster(options, { index, name: `c${i + 1}`, directory: join(place.directory, `c${i + 1}`), ...rest(place) }),
  );
  const [first] = clusters;
  if (first === undefined || clusters.length !== options.clusters) {
    throw new Error(`${options.clusters} clusters need as many numbers, not ${place.indices.length}`);
  }
  return {
    name: options.name,
    options,
    directory: place.directory,
    clusters,
    outside: {
      name: "router",
      namespace: `flab${first.index}-router`,
      legs: clusters.map((cluster, i) => ({
        bridge: cluster.bridge,
        hostLink: `flab${cluster.index}r`,
        device: `eth${i}`,
        address: `${clusterAddresses(cluster.index).outside}/24`,
        routes: cluster.nodes.map((node) => ({ to: node.podCidr, via: node.address })),
      })),
    },
    kubeconfig: join(place.directory, "kubeconfig"),
  };
}

/** The text of the kubeconfig of all clusters, from the certificates that were issued for each. */
export function labKubeconfig(plan: LabPlan, pem: (cluster: ClusterPlan, file: string) => string): string {
  return mergedKubeconfig(
    plan.clusters.map((cluster) => ({
      name: cluster.name,
      server: cluster.server,
      ca: pem(cluster, "ca.crt"),
      certificate: pem(cluster, "admin.crt"),
      key: pem(cluster, "admin.key"),
    })),
  );
}

function rest(place: LabPlace): { readonly kubernetes: string } {
  return { kubernetes: place.kubernetes };
}
