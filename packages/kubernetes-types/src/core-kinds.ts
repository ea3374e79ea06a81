import type { KubernetesObject } from "./object-meta.ts";

/** Core v1 Namespace; cluster-scoped. */
export interface Namespace extends KubernetesObject {
  readonly apiVersion: "v1";
  readonly kind: "Namespace";
  readonly status?: { readonly phase?: "Active" | "Terminating" };
}

/** Core v1 Node; cluster-scoped. */
export interface Node extends KubernetesObject {
  readonly apiVersion: "v1";
  readonly kind: "Node";
  readonly spec?: {
    readonly podCIDR?: string;
    readonly podCIDRs?: readonly string[];
    readonly providerID?: string;
    readonly unschedulable?: boolean;
  };
  readonly status?: {
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
      readonly lastHeartbeatTime?: string;
      readonly lastTransitionTime?: string;
    }[];
    readonly nodeInfo?: Readonly<Record<string, unknown>>;
  };
}

/** Core v1 Secret. Values are base64. */
export interface Secret extends KubernetesObject {
  readonly apiVersion: "v1";
  readonly kind: "Secret";
  /** Such as `kubernetes.io/tls`; default `Opaque`. */
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
  /** Write-only; the server merges it into `data`. */
  readonly stringData?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

/** Core v1 ConfigMap. */
export interface ConfigMap extends KubernetesObject {
  readonly apiVersion: "v1";
  readonly kind: "ConfigMap";
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** Core v1 Event: something that happened to an object, for people. */
export interface KubernetesEvent extends KubernetesObject {
  readonly apiVersion: "v1";
  readonly kind: "Event";
  readonly involvedObject: {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
    readonly fieldPath?: string;
  };
  readonly type?: "Normal" | "Warning";
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly firstTimestamp?: string;
  readonly lastTimestamp?: string;
  readonly source?: { readonly component?: string; readonly host?: string };
  readonly reportingComponent?: string;
}
