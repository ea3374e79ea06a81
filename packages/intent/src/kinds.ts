import type { IntentKind } from "./types.ts";

/** How a kind is spoken of in the Kubernetes API. */
export interface KindInfo {
  readonly group: string;
  /** Versions whose spec is the same as the one users write, best first. */
  readonly versions: readonly [string, ...string[]];
}

/**
 * Every kind an intent may have. Gateway API's v1beta1 of Gateway and HTTPRoute is the same Go type as v1; GRPCRoute never
 * had one, and its v1alpha2 is no longer served.
 * Source: https://github.com/kubernetes-sigs/gateway-api/blob/v1.7.0/apis/v1beta1/httproute_types.go
 */
export const KINDS: Readonly<Record<IntentKind, KindInfo>> = {
  Gateway: { group: "gateway.networking.k8s.io", versions: ["v1", "v1beta1"] },
  HTTPRoute: { group: "gateway.networking.k8s.io", versions: ["v1", "v1beta1"] },
  GRPCRoute: { group: "gateway.networking.k8s.io", versions: ["v1"] },
  Ingress: { group: "networking.k8s.io", versions: ["v1"] },
};

/**
 * The apiVersion to render a kind with: the best of those the cluster serves. A cluster that has not said, or
 * serves none of them, gets the best one; its connector then reports the kind as not served, which users see.
 */
export function apiVersionFor(kind: IntentKind, served: readonly string[] | undefined): string {
  const { group, versions } = KINDS[kind];
  const version = versions.find((candidate) => served?.includes(`${group}/${candidate}/${kind}`)) ?? versions[0];
  return `${group}/${version}`;
}
