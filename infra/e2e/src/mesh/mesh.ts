import { join } from "node:path";
import { type Lab, type LabCluster, startLab } from "@fairlead/lab";
import { type Cloud, startCloud } from "./cloud.ts";
import { buildImages, PRODUCT_IMAGES } from "./images.ts";
import { allReady, connected, install, type Prepare } from "./install.ts";
import { ROOT } from "./root.ts";

/** A cloud and a lab whose clusters have Fairlead installed. */
export interface Mesh extends AsyncDisposable {
  readonly cloud: Cloud;
  readonly lab: Lab;
  /** The first cluster, `one` at the cloud. */
  readonly cluster: LabCluster;
}

export interface MeshOptions {
  /** Names the lab. */
  readonly name: string;
  /** Default 1. Clusters are called `one`, `two`, … at the cloud, and labelled `name=one`, … */
  readonly clusters?: number;
  /** Images besides the product's. */
  readonly images?: readonly string[];
  readonly values?: Readonly<Record<string, string>>;
  /** Another chart than this tree's. */
  readonly chart?: string;
  /** Something to do with the lab before anything is installed in it. */
  readonly beforeInstall?: (lab: Lab) => Promise<void>;
  /** What the chart's values refer to; see `InstallOptions`. */
  readonly prepare?: Prepare;
}

/** What clusters are called at the cloud. */
const CLUSTER_NAMES = ["one", "two"] as const;

/** Builds the images, brings cloud and lab up, installs the chart, waits until pods are ready and the cloud sees them. */
export async function startMesh(options: MeshOptions): Promise<Mesh> {
  await using resources = new AsyncDisposableStack();
  const say = process.env.FAIRLEAD_E2E_VERBOSE === undefined ? undefined : (line: string) => console.log(line);
  const images = await buildImages([...PRODUCT_IMAGES, ...(options.images ?? [])], say);
  const cloud = resources.use(await startCloud());
  const lab = resources.use(
    await startLab({
      name: options.name,
      clusters: options.clusters ?? 1,
      images: images.map(({ path }) => path),
      ...(say === undefined ? {} : { say }),
    }),
  );
  const named = lab.clusters.map((cluster, index) => ({ cluster, name: CLUSTER_NAMES[index] ?? cluster.name }));
  const [first] = lab.clusters;
  if (first === undefined) throw new Error("the lab has no cluster");
  await options.beforeInstall?.(lab);
  for (const { cluster, name } of named) {
    const { values, chart, prepare } = options;
    const more = {
      ...(values !== undefined && { values }),
      ...(chart !== undefined && { chart }),
      ...(prepare !== undefined && { prepare }),
    };
    await install({ cluster, cloud, name, labels: `name=${name}`, ...more });
  }
  for (const { cluster, name } of named) {
    await allReady(cluster);
    await connected(cloud, name);
  }
  const held = resources.move();
  return { cloud, lab, cluster: first, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** Brings Bookinfo's pods up in a cluster, all or those of some services, as `kubectl` does it, and waits for them. */
export async function startBookinfo(cluster: LabCluster, services: readonly string[] = []): Promise<void> {
  const chosen = services.length === 0 ? [] : ["-l", `app in (${services.join(",")})`];
  await cluster.kubectl(["apply", "-f", join(ROOT, "examples/bookinfo/cluster"), ...chosen]);
  await cluster.kubectl(["wait", "--for=condition=Available", "--timeout=120s", "deployment", "--all"]);
}
