import type { LabCluster } from "@fairlead/lab";
import { httpGet } from "@fairlead/testkit";
import { NAMESPACE } from "./helm.ts";

interface Pod {
  readonly metadata: { readonly name: string };
  readonly status: { readonly podIP?: string };
}

/** The running pods of one of the installation's workloads. */
export async function podsOf(cluster: LabCluster, name: string): Promise<{ name: string; ip: string }[]> {
  const selector = `app.kubernetes.io/name=fairlead-${name}`;
  const running = ["--field-selector", "status.phase=Running"];
  const text = await cluster.kubectl(["-n", NAMESPACE, "get", "pods", "-l", selector, ...running, "-o", "json"]);
  const { items }: { items: readonly Pod[] } = JSON.parse(text);
  return items.map(({ metadata, status }) => ({ name: metadata.name, ip: status.podIP ?? "" }));
}

/** A metric's samples on a pod, by their labels as written: `{direction="in"}`; the empty string when it has none. */
export async function metric(ip: string, port: number, name: string): Promise<Record<string, number>> {
  const { body } = await httpGet(`http://${ip}:${port}/metrics`);
  const samples = body.split("\n").flatMap((line) => {
    const [, found, labels = "", value] = /^([a-z_]+)(\{[^}]*\})? (\S+)/.exec(line) ?? [];
    return found === name ? [[labels, Number(value)] as const] : [];
  });
  return Object.fromEntries(samples);
}
