import type { MessageInitShape } from "@bufbuild/protobuf";
import type { DataPlane, NodeListeners } from "./frame.ts";
import type { DataPlaneSchema, NodeSelector, DataPlane as WireDataPlane } from "./gen/fairlead/v1/tunnel_pb.js";
import { invalidField, listOf, textOf } from "./wire-field.ts";

/** Labels of a selector at most; an owner writes a handful. */
const MAX_LABELS = 64;

/** A data plane as a message. */
export function dataPlaneToWire(plane: DataPlane): MessageInitShape<typeof DataPlaneSchema> {
  const { kind, ciliumClasses, ingress, secretNamespaces, hostNetwork } = plane;
  const { gateways, ingresses, envoyMetricsPort } = hostNetwork;
  return {
    kind,
    ciliumClasses,
    ...ingress,
    ...(secretNamespaces && { secretNamespaces: { names: [...secretNamespaces] } }),
    ...(gateways && { gatewayNodes: { matchLabels: { ...gateways.matchLabels } } }),
    ...(ingresses && {
      ingressNodes: { matchLabels: { ...ingresses.matchLabels } },
      sharedListenerPort: ingresses.sharedListenerPort,
    }),
    envoyMetricsPort,
  };
}

/**
 * Reads a data plane; undefined when it is of a kind this version does not know, which is as if nothing were said.
 * Throws `frame_invalid` naming the field.
 */
export function dataPlaneFromWire(wire: WireDataPlane, field: string): DataPlane | undefined {
  const { kind, ciliumClasses, forceHttps, loadBalancerMode, secretNamespaces } = wire;
  if (kind !== "bundled" && kind !== "cilium") return undefined;
  if (loadBalancerMode !== "shared" && loadBalancerMode !== "dedicated") {
    throw invalidField(`${field}.loadBalancerMode`, "must be shared or dedicated");
  }
  const gateways = listeners(wire.gatewayNodes, `${field}.gatewayNodes`);
  const ingresses = listeners(wire.ingressNodes, `${field}.ingressNodes`);
  return {
    kind,
    ciliumClasses,
    ingress: { forceHttps, loadBalancerMode },
    secretNamespaces: secretNamespaces
      ? listOf(secretNamespaces.names, `${field}.secretNamespaces`, (name, at) => textOf(name, at, 63)).sort()
      : null,
    hostNetwork: {
      gateways,
      ingresses: ingresses && {
        ...ingresses,
        sharedListenerPort: portOf(wire.sharedListenerPort, `${field}.sharedListenerPort`),
      },
      envoyMetricsPort: portOf(wire.envoyMetricsPort, `${field}.envoyMetricsPort`),
    },
  };
}

function listeners(selector: NodeSelector | undefined, field: string): NodeListeners | null {
  if (selector === undefined) return null;
  const labels = Object.entries(selector.matchLabels);
  if (labels.length > MAX_LABELS) throw invalidField(`${field}.matchLabels`, `has more than ${MAX_LABELS} labels`);
  // Of one order, so that what is told alike is kept alike.
  const sorted = labels.sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of sorted) textOf(`${name}=${value}`, `${field}.matchLabels`);
  return { matchLabels: Object.fromEntries(sorted) };
}

function portOf(port: number, field: string): number {
  if (port < 1 || port > 65_535) throw invalidField(field, "must be a port");
  return port;
}
