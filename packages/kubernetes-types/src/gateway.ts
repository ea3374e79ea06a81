import type { Condition, KubernetesObject } from "./object-meta.ts";
import type { SecretObjectReference } from "./references.ts";

/** Gateway API v1 GatewayClass; cluster-scoped. */
export interface GatewayClass extends KubernetesObject {
  readonly apiVersion: "gateway.networking.k8s.io/v1";
  readonly kind: "GatewayClass";
  readonly spec: GatewayClassSpec;
  readonly status?: GatewayClassStatus;
}

export interface GatewayClassSpec {
  /** Immutable; the controller that answers for this class. */
  readonly controllerName: string;
  readonly description?: string;
  readonly parametersRef?: {
    readonly group: string;
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
  };
}

export interface GatewayClassStatus {
  readonly conditions?: readonly Condition[];
  /** Sorted by name. */
  readonly supportedFeatures?: readonly { readonly name: string }[];
}

/** Gateway API v1 Gateway. */
export interface Gateway extends KubernetesObject {
  readonly apiVersion: "gateway.networking.k8s.io/v1";
  readonly kind: "Gateway";
  readonly spec: GatewaySpec;
  readonly status?: GatewayStatus;
}

export interface GatewaySpec {
  readonly gatewayClassName: string;
  readonly listeners: readonly GatewayListener[];
  /** Addresses asked for. */
  readonly addresses?: readonly GatewayAddress[];
  readonly infrastructure?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly parametersRef?: { readonly group: string; readonly kind: string; readonly name: string };
  };
  /** Which namespaces may add listeners by ListenerSets; default none. */
  readonly allowedListeners?: {
    readonly namespaces?: {
      /** Default `None`. */
      readonly from?: "All" | "Same" | "Selector" | "None";
      readonly selector?: LabelSelector;
    };
  };
  readonly tls?: GatewayTlsDefaults;
}

/** TLS of a whole Gateway: towards backends, and the client certificates its listeners ask for. */
export interface GatewayTlsDefaults {
  readonly backend?: { readonly clientCertificateRef?: SecretObjectReference };
  readonly frontend?: {
    readonly default: FrontendTls;
    readonly perPort?: readonly { readonly port: number; readonly tls: FrontendTls }[];
  };
}

/** What clients must show. */
export interface FrontendTls {
  readonly validation?: {
    readonly caCertificateRefs: readonly {
      readonly group: string;
      readonly kind: string;
      readonly name: string;
      readonly namespace?: string;
    }[];
    /** Default `AllowValidOnly`. */
    readonly mode?: "AllowValidOnly" | "AllowInsecureFallback";
  };
}

export interface GatewayAddress {
  /** Default `IPAddress`; the others are `Hostname`, `NamedAddress` and domain-prefixed ones. */
  readonly type?: string;
  /** Empty: any of this type. */
  readonly value?: string;
}

/** Any protocol may be written; we implement `HTTP` and `HTTPS`. */
export interface GatewayListener {
  readonly name: string;
  /** Exact, or `*.` in front; absent matches every host. */
  readonly hostname?: string;
  readonly port: number;
  readonly protocol: string;
  readonly tls?: GatewayTls;
  readonly allowedRoutes?: AllowedRoutes;
}

export interface GatewayTls {
  /** Default `Terminate`. */
  readonly mode?: "Terminate" | "Passthrough";
  readonly certificateRefs?: readonly SecretObjectReference[];
  readonly options?: Readonly<Record<string, string>>;
}

export interface AllowedRoutes {
  readonly namespaces?: {
    /** Default `Same`. */
    readonly from?: "All" | "Same" | "Selector" | "None";
    readonly selector?: LabelSelector;
  };
  /** Empty: what fits the protocol. */
  readonly kinds?: readonly RouteGroupKind[];
}

export interface RouteGroupKind {
  /** Default `gateway.networking.k8s.io`. */
  readonly group?: string;
  readonly kind: string;
}

/** All parts must hold; the empty selector matches everything. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  readonly values?: readonly string[];
}

export interface GatewayStatus {
  readonly addresses?: readonly { readonly type?: string; readonly value: string }[];
  readonly conditions?: readonly Condition[];
  readonly listeners?: readonly GatewayListenerStatus[];
  readonly attachedListenerSets?: number;
}

export interface GatewayListenerStatus {
  readonly name: string;
  readonly supportedKinds: readonly RouteGroupKind[];
  readonly attachedRoutes: number;
  readonly conditions: readonly Condition[];
}

/** Gateway API ReferenceGrant, served as v1beta1 and, since 1.5, the same as v1: lets objects of `from` refer to objects of `to` in its namespace. */
export interface ReferenceGrant extends KubernetesObject {
  readonly apiVersion: "gateway.networking.k8s.io/v1beta1";
  readonly kind: "ReferenceGrant";
  readonly spec: {
    readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
    readonly to: readonly { readonly group: string; readonly kind: string; readonly name?: string }[];
  };
}
