import type { Node } from "@fairlead/kubernetes-types";
import type { HostNetwork } from "../host/host-network.ts";

/** An address that belongs to nobody (RFC 5737). */
const ADDRESS = "192.0.2.254";

/** Nodes on which Gateways and Ingresses would listen, for clusters that have told of none yet. */
export function assumeNodes({ gateways, ingresses }: HostNetwork): Node[] {
  return Object.entries({ gateways, ingresses }).flatMap(([role, listeners]) => {
    if (listeners === undefined) return [];
    return [
      {
        apiVersion: "v1",
        kind: "Node",
        metadata: { name: `assumed-for-${role}`, labels: { ...listeners.matchLabels } },
        status: {
          addresses: [{ type: "InternalIP", address: ADDRESS }],
          conditions: [{ type: "Ready", status: "True" }],
        },
      },
    ];
  });
}
