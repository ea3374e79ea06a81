import { COMPAT_GATEWAY_CLASS, COMPAT_INGRESS_CLASS } from "@fairlead/kubernetes-types";
import { type HostListeners, hostNetwork } from "./host/host-network.ts";
import { controllerClasses, type MeshSettings } from "./settings.ts";

/** What serves in a cluster, as its connector tells it. */
export interface DataPlane {
  /** `bundled`: Fairlead's own operator, agents and Envoy. `cilium`: a Cilium. */
  readonly kind: "bundled" | "cilium";
  /** The classes named `cilium` are answered for besides our own. */
  readonly ciliumClasses: boolean;
  readonly ingress: { readonly forceHttps: boolean; readonly loadBalancerMode: "shared" | "dedicated" };
  /** Namespaces whose Secrets may be read; null: all. */
  readonly secretNamespaces: readonly string[] | null;
  /** Who listens on the nodes' own addresses; null: on the addresses in their status. */
  readonly hostNetwork: {
    readonly gateways: HostListeners | null;
    readonly ingresses: (HostListeners & { readonly sharedListenerPort: number }) | null;
    readonly envoyMetricsPort: number;
  };
}

/**
 * How to read a cluster from afar as its operator does, whom Secrets never reach: certificates count as good. Where it is
 * not known what serves, all classes are answered for, because a cluster has the objects of those that are.
 */
export function settingsFrom(plane: DataPlane | undefined): MeshSettings {
  if (plane === undefined) return { classes: controllerClasses({ compatCilium: true }), certificates: "assume" };
  const { kind, ciliumClasses, ingress, secretNamespaces } = plane;
  const { gateways, ingresses, envoyMetricsPort } = plane.hostNetwork;
  const cilium = {
    gatewayControllers: [COMPAT_GATEWAY_CLASS.controller],
    ingressControllers: [COMPAT_INGRESS_CLASS.controller],
  };
  return {
    classes: kind === "cilium" ? cilium : controllerClasses({ compatCilium: ciliumClasses }),
    ingress,
    certificates: "assume",
    secretNamespaces: secretNamespaces ?? undefined,
    hostNetwork: hostNetwork({
      gateways: gateways !== null,
      gatewayNodes: gateways?.matchLabels ?? {},
      ingresses: ingresses !== null,
      ingressNodes: ingresses?.matchLabels ?? {},
      sharedListenerPort: ingresses?.sharedListenerPort ?? 0,
      envoyMetricsPort,
      nodes: "ready",
    }),
  };
}
