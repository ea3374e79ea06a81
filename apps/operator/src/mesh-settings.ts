import { controllerClasses, hostNetwork, type MeshSettings } from "@fairlead/mesh-model";
import type { Settings } from "./settings.ts";

/** How the operator reads the objects of the cluster; the agents read them alike, with the addresses of their own node. */
export function meshSettings(settings: Settings): MeshSettings {
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
      nodes: "ready",
    }),
  };
}
