import type { Condition, KubernetesObject } from "./object-meta.ts";

/** Core v1 Service. */
export interface Service extends KubernetesObject {
  readonly apiVersion: "v1";
  readonly kind: "Service";
  readonly spec?: ServiceSpec;
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string; readonly ipMode?: string }[];
    };
    readonly conditions?: readonly Condition[];
  };
}

export interface ServiceSpec {
  /** Default `ClusterIP`. */
  readonly type?: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: readonly ServicePort[];
  /** `None` for a headless Service. */
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly externalIPs?: readonly string[];
  readonly externalName?: string;
  readonly loadBalancerClass?: string;
  readonly loadBalancerIP?: string;
  readonly externalTrafficPolicy?: "Cluster" | "Local";
  readonly internalTrafficPolicy?: "Cluster" | "Local";
  readonly ipFamilies?: readonly ("IPv4" | "IPv6")[];
  readonly ipFamilyPolicy?: string;
  readonly sessionAffinity?: "None" | "ClientIP";
}

export interface ServicePort {
  /** Required when there is more than one. */
  readonly name?: string;
  /** Default `TCP`. */
  readonly protocol?: "TCP" | "UDP" | "SCTP";
  /** Such as `http`, `kubernetes.io/h2c`, `kubernetes.io/ws`. */
  readonly appProtocol?: string;
  readonly port: number;
  /** Number, or name of a container port; default `port`. */
  readonly targetPort?: number | string;
  readonly nodePort?: number;
}

/** discovery.k8s.io/v1 EndpointSlice: some of the endpoints of the Service its label names. */
export interface EndpointSlice extends KubernetesObject {
  readonly apiVersion: "discovery.k8s.io/v1";
  readonly kind: "EndpointSlice";
  readonly addressType: "IPv4" | "IPv6" | "FQDN";
  readonly endpoints: readonly SliceEndpoint[];
  readonly ports?: readonly EndpointPort[];
}

export interface SliceEndpoint {
  /** Interchangeable; consumers take the first. */
  readonly addresses: readonly string[];
  /** Absent members: `ready` and `serving` read as true, `terminating` as false. */
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly zone?: string;
  readonly targetRef?: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
  };
}

export interface EndpointPort {
  /** Name of the Service's port; empty when that has none. */
  readonly name?: string;
  readonly protocol?: "TCP" | "UDP" | "SCTP";
  /** Absent: all ports. */
  readonly port?: number;
  readonly appProtocol?: string;
}
