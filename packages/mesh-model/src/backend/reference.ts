import type { ServicePort } from "@fairlead/kubernetes-types";
import type { ServiceFacts } from "../ingest/lookups.ts";
import type { UpstreamProtocol } from "../model.ts";
import type { RouteKind } from "../route/route-kind.ts";

/** A Service port under one upstream profile: what a Backend is made of. */
export interface BackendReference {
  /** The Backend's name. */
  readonly name: string;
  /** `<namespace>/<name>`. */
  readonly service: string;
  readonly port: number;
  readonly protocol: UpstreamProtocol;
}

/** Why a Service port cannot be used; `reason` is one of Gateway API's for `ResolvedRefs`. */
export interface BackendProblem {
  readonly reason: "BackendNotFound" | "UnsupportedProtocol" | "InvalidKind" | "RefNotPermitted";
  readonly message: string;
}

/** A reference of an object that does not hold, and where it stands. */
export interface UnresolvedReference extends BackendProblem {
  /** Dotted path such as `spec.rules[0].backendRefs[1]`; `message` begins with it. */
  readonly field: string;
}

/** Finds the port of a Service by number or name. `service` is `<namespace>/<name>`. */
export function resolveBackend(
  service: string,
  facts: ServiceFacts | undefined,
  port: number | string,
  kind: RouteKind | "Ingress" = "HTTPRoute",
): { readonly reference: BackendReference; readonly problem?: never } | { readonly problem: BackendProblem } {
  if (facts === undefined) {
    return { problem: { reason: "BackendNotFound", message: `Service ${service} does not exist` } };
  }
  if (facts.type === "ExternalName") {
    return {
      problem: { reason: "BackendNotFound", message: `Service ${service} is an ExternalName, which has no endpoints` },
    };
  }
  const found = facts.ports?.find(
    (candidate) => isTcp(candidate) && (typeof port === "number" ? candidate.port === port : candidate.name === port),
  );
  if (found === undefined) {
    return { problem: { reason: "BackendNotFound", message: `Service ${service} has no TCP port ${port}` } };
  }
  const protocol = kind === "GRPCRoute" ? grpcProtocol(found) : upstreamProtocol(found);
  if (protocol === undefined) {
    const message = `Port ${port} of Service ${service} has appProtocol ${found.appProtocol}, which is not supported${kind === "GRPCRoute" ? " for gRPC" : ""}`;
    return { problem: { reason: "UnsupportedProtocol", message } };
  }
  const suffix = protocol === "http1" ? "" : `/${protocol}`;
  return { reference: { name: `${service}:${found.port}${suffix}`, service, port: found.port, protocol } };
}

/** Whether a Service port speaks TCP. */
export function isTcp({ protocol = "TCP" }: Pick<ServicePort, "protocol">): boolean {
  return protocol === "TCP";
}

// gRPC is HTTP/2 whatever the port says, unless it says that it speaks something else.
function grpcProtocol({ appProtocol = "" }: ServicePort): UpstreamProtocol | undefined {
  return ["kubernetes.io/ws", "kubernetes.io/wss"].includes(appProtocol) ? undefined : "http2";
}

// Names of KEP-3726. Others are for other programs and mean nothing here, except TLS to the backend, which we cannot do yet.
function upstreamProtocol({ appProtocol }: ServicePort): UpstreamProtocol | undefined {
  switch (appProtocol) {
    case "kubernetes.io/h2c":
      return "http2";
    case "kubernetes.io/ws":
      return "websocket";
    case "kubernetes.io/wss":
      return undefined;
    default:
      return "http1";
  }
}
