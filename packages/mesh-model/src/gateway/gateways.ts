import { type Gateway, type GatewayClass, type ObjectKey, objectKey } from "@fairlead/kubernetes-types";
import type { Family, Group, Layer, Scope } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import { type HostNetwork, hostPool, RESERVED_HOST_PORTS } from "../host/host-network.ts";
import { type HostPortClaim, type HostPortHolder, PORT_UNAVAILABLE, portProblem } from "../host/ports.ts";
import { coversHost } from "../hosts.ts";
import type { Sources } from "../ingest/sources.ts";
import { creationTime } from "../precedence.ts";
import type { ControllerClasses } from "../settings.ts";
import type { TablePart } from "../table.ts";
import { negative, positive, type Verdict } from "../verdict.ts";
import { isUsable, type ListenerShape, shapeListeners } from "./listener.ts";
import { ownTables } from "./own-tables.ts";

/** A GatewayClass of ours. */
export interface GatewayClassView {
  readonly controller: string;
  readonly accepted: Verdict;
}

/** A Gateway of ours as far as routes depend on it. */
export interface GatewayShape {
  readonly key: ObjectKey;
  /** `<namespace>/<name>`. */
  readonly id: string;
  readonly namespace: string;
  readonly controller: string;
  readonly created: string;
  readonly listeners: readonly ListenerShape[];
}

/** Adds GatewayClasses to a graph. Rank 1. */
export function addGatewayClasses(graph: Graph, sources: Sources, classes: ControllerClasses): Layer<GatewayClassView> {
  return graph.derive<GatewayClass, GatewayClassView>({
    name: "gateway-class",
    rank: 1,
    from: sources.gatewayClasses,
    compute: (_, { spec }) =>
      classes.gatewayControllers.includes(spec.controllerName)
        ? { controller: spec.controllerName, accepted: judgeClass(spec) }
        : undefined,
  });
}

/** What Gateways listening on the nodes need to know of each other. */
export interface HostPorts {
  readonly host: HostNetwork;
  /** By `<pool>:<port>`. */
  readonly claims: Group<HostPortClaim>;
  readonly holders: Family<HostPortHolder>;
}

/** Adds which ports of the nodes Gateways want: those of listeners that are fine but for the port. Rank 2. */
export function addGatewayPorts(
  graph: Graph,
  sources: Sources,
  classes: Family<GatewayClassView>,
  { host, claims }: HostPorts,
): void {
  const pool = hostPool(host, "gateways");
  graph.derive<Gateway, never>({
    name: "gateway-ports",
    rank: 2,
    from: sources.gateways,
    compute: (id, gateway, scope) => {
      if (!isAccepted(classes, scope, gateway)) return undefined;
      const claim: HostPortClaim = { kind: "Gateway", id, created: creationTime(gateway), owner: ownerOf(id) };
      const usable = shapeListeners(id, gateway.spec.listeners).filter(isUsable);
      for (const port of new Set(usable.map((listener) => listener.port))) scope.emit(claims, `${pool}:${port}`, claim);
      return undefined;
    },
  });
}

export interface ShapeOptions {
  readonly classes: Family<GatewayClassView>;
  readonly parts: Group<TablePart>;
  /** Present: they listen on the nodes. */
  readonly ports?: HostPorts | undefined;
  readonly rank: number;
}

/** Adds the shapes of Gateways. */
export function addGateways(graph: Graph, sources: Sources, options: ShapeOptions): Layer<GatewayShape> {
  const { classes, parts, ports, rank } = options;
  return graph.derive<Gateway, GatewayShape>({
    name: "gateway",
    rank,
    from: sources.gateways,
    compute: (id, gateway, scope) => {
      const view = scope.read(classes, gateway.spec.gatewayClassName);
      if (view?.accepted.status !== "True") return undefined;
      const listeners = shapeListeners(id, gateway.spec.listeners);
      const shape: GatewayShape = {
        key: objectKey(gateway),
        id,
        namespace: gateway.metadata.namespace ?? "",
        controller: view.controller,
        created: creationTime(gateway),
        listeners: ports === undefined ? listeners : listeners.map((listener) => withPort(id, listener, ports, scope)),
      };
      for (const part of ownTables(shape)) scope.emit(parts, `${part.chain}|${part.host}`, part);
      return shape;
    },
  });
}

function withPort(id: string, listener: ListenerShape, { host, holders }: HostPorts, scope: Scope): ListenerShape {
  if (!isUsable(listener)) return listener;
  const holder = scope.read(holders, `${hostPool(host, "gateways")}:${listener.port}`);
  const problem = portProblem(listener.port, ownerOf(id), holder, host.reservedPorts ?? RESERVED_HOST_PORTS);
  return problem === undefined ? listener : { ...listener, accepted: negative(PORT_UNAVAILABLE, problem) };
}

function isAccepted(classes: Family<GatewayClassView>, scope: Scope, { spec }: Gateway): boolean {
  return scope.read(classes, spec.gatewayClassName)?.accepted.status === "True";
}

function ownerOf(id: string): string {
  return `Gateway ${id}`;
}

/** The listener of a port that a host belongs to: the most specific one that covers it. */
export function listenerOf(listeners: readonly ListenerShape[], port: number, host: string): ListenerShape | undefined {
  let best: ListenerShape | undefined;
  for (const listener of listeners) {
    if (listener.port !== port || !isUsable(listener) || !coversHost(listener.host, host)) continue;
    // Those that cover the same host lie inside each other.
    if (best === undefined || coversHost(best.host, listener.host)) best = listener;
  }
  return best;
}

function judgeClass(spec: GatewayClass["spec"]): Verdict {
  if (spec.parametersRef === undefined) return positive("Accepted", "Valid GatewayClass");
  const { kind, name } = spec.parametersRef;
  return negative("InvalidParameters", `spec.parametersRef names ${kind} ${name}; this controller takes no parameters`);
}
