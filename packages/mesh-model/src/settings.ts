import { COMPAT_GATEWAY_CLASS, COMPAT_INGRESS_CLASS, GATEWAY_CLASS, INGRESS_CLASS } from "@fairlead/kubernetes-types";
import type { HostNetwork } from "./host/host-network.ts";

/** Which classes are ours, by the controller their objects name. */
export interface ControllerClasses {
  /** Values of GatewayClass `spec.controllerName`. */
  readonly gatewayControllers: readonly string[];
  /** Values of IngressClass `spec.controller`. */
  readonly ingressControllers: readonly string[];
}

/** What an Ingress does when its annotations say nothing. */
export interface IngressDefaults {
  /** Hosts with TLS answer plain HTTP with a redirect to HTTPS. Default true. */
  readonly forceHttps?: boolean;
  /** One address for all Ingresses, or one each. Default `shared`. */
  readonly loadBalancerMode?: "shared" | "dedicated";
}

export interface MeshSettings {
  readonly classes: ControllerClasses;
  readonly ingress?: IngressDefaults;
  /**
   * `read` looks into the TLS Secrets that are referred to; `assume` takes every one for good without it, for places
   * that Secrets never reach, and then the model holds no certificates; `assume-absent` reads those that are there and
   * takes the others for good. Default `read`.
   */
  readonly certificates?: "read" | "assume" | "assume-absent";
  /** Namespaces whose Secrets may be read; a reference into another says so, assumed or not. Default: all. */
  readonly secretNamespaces?: readonly string[] | undefined;
  /** Listen on the nodes' own addresses. Default: on the addresses in the status of Gateways and Ingresses. */
  readonly hostNetwork?: HostNetwork | undefined;
}

/** Our own classes and, with `compatCilium`, Cilium's as well. */
export function controllerClasses(options: { readonly compatCilium?: boolean } = {}): ControllerClasses {
  const compat = options.compatCilium === true;
  return {
    gatewayControllers: [GATEWAY_CLASS.controller, ...(compat ? [COMPAT_GATEWAY_CLASS.controller] : [])],
    ingressControllers: [INGRESS_CLASS.controller, ...(compat ? [COMPAT_INGRESS_CLASS.controller] : [])],
  };
}
