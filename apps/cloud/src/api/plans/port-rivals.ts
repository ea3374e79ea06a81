import { type ClusterState, type Intent, intentsForPorts, type TenantTransaction } from "@fairlead/database";
import { render, wantsSharedPort } from "@fairlead/intent";
import type { KubernetesObject } from "@fairlead/kubernetes-types";
import { MODE_ANNOTATIONS, settingsFrom } from "@fairlead/mesh-model";
import { renderable } from "../../placement/renderable.ts";

/**
 * Who may want the ports of nodes that changed Gateways and Ingresses want, in clusters where they listen there. Of the
 * shared Ingresses, which may be thousands and want one port together, nothing is read unless somebody else wants that port.
 */
export async function portRivals(
  tx: TenantTransaction,
  states: readonly ClusterState[],
  {
    changed,
    foreign,
  }: { readonly changed: readonly KubernetesObject[]; readonly foreign: readonly KubernetesObject[] },
): Promise<readonly Intent[]> {
  if (!changed.some(({ kind }) => kind === "Gateway" || kind === "Ingress")) return [];
  const read = states.map(({ cluster, dataPlane }) => ({ cluster, settings: settingsFrom(dataPlane) }));
  const onNodes = read.filter(({ settings }) => settings.hostNetwork !== undefined);
  if (onNodes.length === 0) return [];
  const clusters = onNodes.map(({ cluster }) => cluster);
  const settings = onNodes.map((one) => one.settings);
  if (settings.some(({ ingress }) => ingress?.loadBalancerMode === "dedicated")) {
    return intentsForPorts(tx, clusters, "all");
  }
  // Without any of these an Ingress listens where all shared ones do.
  const some = await intentsForPorts(tx, clusters, { annotated: MODE_ANNOTATIONS });
  const objects = [...changed, ...foreign, ...some.map((one) => render(renderable(one), {}).object)];
  const isShared = objects.some((object) => settings.some((one) => wantsSharedPort(object, one)));
  return isShared ? intentsForPorts(tx, clusters, "all") : some;
}
