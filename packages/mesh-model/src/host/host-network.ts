/** Whose listeners are meant: those of Gateways or those of Ingresses. */
export type HostRole = "gateways" | "ingresses";

/** Listeners on the nodes' own addresses. */
export interface HostListeners {
  /** Labels of the nodes that listen; none: all do. */
  readonly matchLabels: Readonly<Record<string, string>>;
}

/**
 * Where listeners are when no address is given to Gateways and Ingresses: on the nodes' InternalIPs, at the listener's
 * own port. Operator and agents read the same settings, so that status says what is bound.
 */
export interface HostNetwork {
  /** Present: Gateways listen on the nodes, whatever addresses their status has. */
  readonly gateways?: HostListeners;
  /** Present: Ingresses do; shared ones together at `sharedListenerPort`. */
  readonly ingresses?: HostListeners & { readonly sharedListenerPort: number };
  /** Whose addresses the model has: those of every ready node, which is what status tells, or of one, which its proxy binds. */
  readonly nodes: "ready" | { readonly name: string };
  /** Ports no listener may have, by number, with who listens there. Default {@link RESERVED_HOST_PORTS}. */
  readonly reservedPorts?: Readonly<Record<number, string>>;
}

/** What operator and agents are told. */
export interface HostNetworkOptions {
  /** Whether Gateways listen on the nodes, and the labels of these. */
  readonly gateways: boolean;
  readonly gatewayNodes: Readonly<Record<string, string>>;
  /** Whether Ingresses do, the labels, and the port of the shared ones. */
  readonly ingresses: boolean;
  readonly ingressNodes: Readonly<Record<string, string>>;
  readonly sharedListenerPort: number;
  /** Where Envoy has its metrics on every node. */
  readonly envoyMetricsPort: number;
  readonly nodes: HostNetwork["nodes"];
}

/** The settings of the model; undefined: nobody listens on the nodes. */
export function hostNetwork(options: HostNetworkOptions): HostNetwork | undefined {
  const { gateways, ingresses, sharedListenerPort, nodes } = options;
  if (!gateways && !ingresses) return undefined;
  return {
    ...(gateways && { gateways: { matchLabels: options.gatewayNodes } }),
    ...(ingresses && { ingresses: { matchLabels: options.ingressNodes, sharedListenerPort } }),
    nodes,
    reservedPorts: { ...RESERVED_HOST_PORTS, [options.envoyMetricsPort]: "Envoy, with its metrics," },
  };
}

/** Ports of a node's own programs on its addresses: kubernetes.io/docs/reference/networking/ports-and-protocols. */
export const RESERVED_HOST_PORTS: Readonly<Record<number, string>> = {
  2379: "etcd",
  2380: "etcd",
  6443: "the API server",
  10250: "the kubelet",
  10256: "kube-proxy",
  10257: "the controller manager",
  10259: "the scheduler",
};

/** Where Envoy has its metrics unless told otherwise; Cilium's. */
export const ENVOY_METRICS_PORT = 9964;

/** Port of a dedicated Ingress that asks for none, and of the shared ones unless set; Cilium's. */
export const DEFAULT_HOST_LISTENER_PORT = 8080;

/**
 * Who shares one space of ports: all listeners, unless no node can listen for both Gateways and Ingresses. Names the
 * sockets, as `<pool>:<port>`.
 */
export function hostPool({ gateways, ingresses }: HostNetwork, role: HostRole): string {
  if (gateways === undefined || ingresses === undefined) return "host";
  const areApart = Object.entries(gateways.matchLabels).some(([label, value]) => {
    const other = ingresses.matchLabels[label];
    return other !== undefined && other !== value;
  });
  return areApart ? `host-${role}` : "host";
}
