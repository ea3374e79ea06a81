import type { Ingress } from "@fairlead/kubernetes-types";
import type { Fault } from "../fault.ts";
import type { Family, Group, Scope } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import { type HostNetwork, hostPool, RESERVED_HOST_PORTS } from "../host/host-network.ts";
import { type HostPortClaim, type HostPortHolder, PORT_UNAVAILABLE, portProblem } from "../host/ports.ts";
import type { Sources } from "../ingest/sources.ts";
import { creationTime } from "../precedence.ts";
import type { IngressDefaults } from "../settings.ts";
import { HOST_LISTENER_PORT_ANNOTATION, type IngressOptions, readIngressOptions } from "./annotations.ts";
import { type IngressClasses, isOurs } from "./class.ts";
import { scopeOf } from "./scope.ts";

/** What Ingresses listening on the nodes need to know of each other. */
export interface IngressHostPorts {
  readonly host: HostNetwork;
  /** By `<pool>:<port>`. */
  readonly claims: Group<HostPortClaim>;
  readonly holders: Family<HostPortHolder>;
}

/** The port of the nodes an Ingress listens on, for plain HTTP and TLS alike; undefined: it does not listen there. */
export function hostPortOf(options: IngressOptions, host: HostNetwork | undefined): number | undefined {
  if (host?.ingresses === undefined) return undefined;
  return options.mode === "shared" ? host.ingresses.sharedListenerPort : options.hostListenerPort;
}

/** The port of the nodes that an Ingress asks for by itself, should it listen there; undefined: it is a shared one. */
export function ownHostPort(ingress: Ingress, defaults: IngressDefaults): number | undefined {
  const { mode, hostListenerPort } = readIngressOptions(ingress, defaults);
  return mode === "dedicated" ? hostListenerPort : undefined;
}

/** Adds which ports of the nodes Ingresses want. Rank 3. */
export function addIngressPorts(
  graph: Graph,
  sources: Sources,
  classes: IngressClasses,
  defaults: IngressDefaults,
  { host, claims }: IngressHostPorts,
): void {
  graph.derive<Ingress, never>({
    name: "ingress-ports",
    rank: 3,
    from: sources.ingresses,
    compute: (id, ingress, scope) => {
      if (!isOurs(classes, scope, ingress)) return undefined;
      const options = readIngressOptions(ingress, defaults);
      const claim: HostPortClaim = {
        kind: "Ingress",
        id,
        created: creationTime(ingress),
        owner: scopeOf(options.mode, id),
      };
      scope.emit(claims, `${hostPool(host, "ingresses")}:${hostPortOf(options, host)}`, claim);
      return undefined;
    },
  });
}

/** Why an Ingress does not have its port of the nodes; undefined: it has. */
export function hostPortFault(
  id: string,
  options: IngressOptions,
  { host, holders }: IngressHostPorts,
  scope: Scope,
): Fault | undefined {
  const port = hostPortOf(options, host);
  if (port === undefined) return undefined;
  const holder = scope.read(holders, `${hostPool(host, "ingresses")}:${port}`);
  const owner = scopeOf(options.mode, id);
  const problem = portProblem(port, owner, holder, host.reservedPorts ?? RESERVED_HOST_PORTS);
  if (problem === undefined) return undefined;
  const field = options.mode === "shared" ? "spec" : `metadata.annotations[${HOST_LISTENER_PORT_ANNOTATION}]`;
  return { field, reason: PORT_UNAVAILABLE, message: problem };
}
