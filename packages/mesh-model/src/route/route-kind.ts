/** Kinds of routes that attach to Gateways and carry HTTP. */
export type RouteKind = "HTTPRoute" | "GRPCRoute";

/** All of them. */
export const ROUTE_KINDS: readonly RouteKind[] = ["HTTPRoute", "GRPCRoute"];
