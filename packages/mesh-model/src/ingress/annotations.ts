import type { Ingress } from "@fairlead/kubernetes-types";
import { parseGoDurationMs } from "../duration.ts";
import { DEFAULT_HOST_LISTENER_PORT } from "../host/host-network.ts";
import type { IngressDefaults } from "../settings.ts";

/** What the annotations of an Ingress ask for, with the defaults filled in. Values that mean nothing count as absent. */
export interface IngressOptions {
  readonly mode: "shared" | "dedicated";
  readonly forceHttps: boolean;
  readonly timeoutMs?: number;
  /** The port of the nodes a dedicated Ingress asks for, should it listen there. */
  readonly hostListenerPort: number;
}

/** Annotation with the port of the nodes a dedicated Ingress listens on. */
export const HOST_LISTENER_PORT_ANNOTATION = "ingress.cilium.io/host-listener-port";

/** Annotations with the load-balancer mode of an Ingress; the first that is there counts. */
export const MODE_ANNOTATIONS: readonly string[] = [
  "ingress.cilium.io/loadbalancer-mode",
  "io.cilium.ingress/loadbalancer-mode",
];

/** The mode as it is written, whatever that is; undefined when nothing is. */
export function writtenMode(annotations: Readonly<Record<string, string>>): string | undefined {
  return MODE_ANNOTATIONS.map((name) => annotations[name]).find((mode) => mode !== undefined);
}

/** Reads the annotations users of Cilium know (`ingress.cilium.io/…`). */
export function readIngressOptions(ingress: Ingress, defaults: IngressDefaults): IngressOptions {
  const annotations = ingress.metadata.annotations ?? {};
  const mode = writtenMode(annotations);
  const timeoutMs = parseGoDurationMs(annotations["ingress.cilium.io/request-timeout"] ?? "");
  return {
    mode: mode === "shared" || mode === "dedicated" ? mode : (defaults.loadBalancerMode ?? "shared"),
    forceHttps: readSwitch(annotations["ingress.cilium.io/force-https"]) ?? defaults.forceHttps ?? true,
    hostListenerPort: readPort(annotations[HOST_LISTENER_PORT_ANNOTATION]) ?? DEFAULT_HOST_LISTENER_PORT,
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function readPort(value: string | undefined): number | undefined {
  const port = /^\d{1,5}$/.test(value ?? "") ? Number(value) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function readSwitch(value: string | undefined): boolean | undefined {
  switch (value?.toLowerCase()) {
    case "enabled":
    case "true":
    case "t":
    case "1":
      return true;
    case "disabled":
    case "false":
    case "f":
    case "0":
      return false;
    default:
      return undefined;
  }
}
