import { controllerClasses, type HostNetworkOptions, hostNetwork, type MeshSettings } from "@fairlead/mesh-model";
import type { MeshVariables } from "./mesh-variables.ts";

/** How objects are read; `nodes` says whose addresses count: an agent's own node, or for the operator all that are ready. */
export function meshSettings(settings: MeshVariables, nodes: HostNetworkOptions["nodes"]): MeshSettings {
  return {
    classes: controllerClasses({ compatCilium: settings.FAIRLEAD_COMPAT_CILIUM_CLASSES }),
    ingress: {
      forceHttps: settings.FAIRLEAD_INGRESS_FORCE_HTTPS,
      loadBalancerMode: settings.FAIRLEAD_INGRESS_LOAD_BALANCER_MODE,
    },
    secretNamespaces: settings.FAIRLEAD_SECRET_NAMESPACES,
    hostNetwork: hostNetwork({
      gateways: settings.FAIRLEAD_GATEWAY_HOST_NETWORK,
      gatewayNodes: settings.FAIRLEAD_GATEWAY_HOST_NETWORK_NODES,
      ingresses: settings.FAIRLEAD_INGRESS_HOST_NETWORK,
      ingressNodes: settings.FAIRLEAD_INGRESS_HOST_NETWORK_NODES,
      sharedListenerPort: settings.FAIRLEAD_INGRESS_HOST_NETWORK_PORT,
      envoyMetricsPort: settings.FAIRLEAD_ENVOY_METRICS_PORT,
      nodes,
    }),
  };
}
