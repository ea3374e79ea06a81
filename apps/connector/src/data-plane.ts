import type { DataPlane } from "@fairlead/tunnel";
import type { Settings } from "./settings.ts";

/**
 * What the cloud is told of what serves in the cluster. Of a Cilium only what it shares with the chart's values is
 * known: classes other than its own are nobody's there, it reads every Secret, and its addresses are in the status.
 */
export function dataPlane(settings: Settings): DataPlane {
  const kind = settings.FAIRLEAD_DATA_PLANE;
  const isOurs = kind === "bundled";
  const onNodes = (matchLabels: Readonly<Record<string, string>>) => ({ matchLabels });
  return {
    kind,
    ciliumClasses: !isOurs || settings.FAIRLEAD_COMPAT_CILIUM_CLASSES,
    ingress: {
      forceHttps: settings.FAIRLEAD_INGRESS_FORCE_HTTPS,
      loadBalancerMode: settings.FAIRLEAD_INGRESS_LOAD_BALANCER_MODE,
    },
    secretNamespaces: (isOurs && settings.FAIRLEAD_SECRET_NAMESPACES) || null,
    hostNetwork: {
      gateways:
        isOurs && settings.FAIRLEAD_GATEWAY_HOST_NETWORK ? onNodes(settings.FAIRLEAD_GATEWAY_HOST_NETWORK_NODES) : null,
      ingresses:
        isOurs && settings.FAIRLEAD_INGRESS_HOST_NETWORK
          ? {
              ...onNodes(settings.FAIRLEAD_INGRESS_HOST_NETWORK_NODES),
              sharedListenerPort: settings.FAIRLEAD_INGRESS_HOST_NETWORK_PORT,
            }
          : null,
      envoyMetricsPort: settings.FAIRLEAD_ENVOY_METRICS_PORT,
    },
  };
}
