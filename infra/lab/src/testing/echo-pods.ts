import type { LabCluster } from "../lab.ts";
import { echoObjects, NAMESPACE } from "./echo-objects.ts";

/** A pod of the test objects. */
export interface EchoPod {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly address: string;
  readonly restarts: number;
}

/** What `echo serve` answers. */
export interface EchoAnswer {
  /** The pod's name; on the node's own network the node's. */
  readonly pod: string;
  /** The address that the connection came from. */
  readonly client: string;
  readonly host: string;
}

/** Puts the test objects into the cluster and returns once every pod is ready. */
export async function installEcho(cluster: LabCluster): Promise<void> {
  const items = echoObjects(cluster.nodes.length);
  const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  await cluster.kubectl(["apply", "--server-side", "-f", "-"], list);
  for (const workload of ["deployment/echo", "daemonset/edge"]) {
    await cluster.kubectl(["-n", NAMESPACE, "rollout", "status", workload, "--timeout=120s"]);
  }
}

/** The pods with the label `app`, in the order of the nodes. */
export async function podsOf(cluster: LabCluster, app: string): Promise<EchoPod[]> {
  const text = await cluster.kubectl(["-n", NAMESPACE, "get", "pods", "-l", `app=${app}`, "-o", "json"]);
  const list: PodList = JSON.parse(text);
  return list.items
    .map(({ metadata, spec, status }) => ({
      name: metadata.name,
      uid: metadata.uid,
      node: spec.nodeName,
      address: status.podIP,
      restarts: status.containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    }))
    .sort((a, b) => (a.node < b.node ? -1 : 1));
}

/** Runs the program of `image/echo` in a pod and gives what it wrote: `inPod(cluster, pod, "get", url)`. */
export function inPod(cluster: LabCluster, pod: Pick<EchoPod, "name">, ...words: string[]): Promise<string> {
  return cluster.kubectl(["-n", NAMESPACE, "exec", pod.name, "--", "/echo", ...words]);
}

/** Asks a URL from a pod whose server is `echo`. */
export async function getFrom(cluster: LabCluster, pod: Pick<EchoPod, "name">, url: string): Promise<EchoAnswer> {
  const answer: EchoAnswer = JSON.parse(await inPod(cluster, pod, "get", url));
  return answer;
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly uid: string };
    readonly spec: { readonly nodeName: string };
    readonly status: {
      readonly podIP: string;
      readonly containerStatuses: readonly { readonly restartCount: number }[];
    };
  }[];
}
