import { type Gateway, type GatewayClass, type ObjectKey, objectKey } from "@fairlead/kubernetes-types";
import type { Group, Layer } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
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

export interface Gateways {
  readonly classes: Layer<GatewayClassView>;
  readonly shapes: Layer<GatewayShape>;
}

/** Adds GatewayClasses (rank 1) and the shapes of Gateways (rank 2) to a graph. */
export function addGateways(
  graph: Graph,
  sources: Sources,
  classes: ControllerClasses,
  parts: Group<TablePart>,
): Gateways {
  const views = graph.derive<GatewayClass, GatewayClassView>({
    name: "gateway-class",
    rank: 1,
    from: sources.gatewayClasses,
    compute: (_, { spec }) =>
      classes.gatewayControllers.includes(spec.controllerName)
        ? { controller: spec.controllerName, accepted: judgeClass(spec) }
        : undefined,
  });
  const shapes = graph.derive<Gateway, GatewayShape>({
    name: "gateway",
    rank: 2,
    from: sources.gateways,
    compute: (id, gateway, scope) => {
      const view = scope.read(views, gateway.spec.gatewayClassName);
      if (view?.accepted.status !== "True") return undefined;
      const shape: GatewayShape = {
        key: objectKey(gateway),
        id,
        namespace: gateway.metadata.namespace ?? "",
        controller: view.controller,
        created: creationTime(gateway),
        listeners: shapeListeners(id, gateway.spec.listeners),
      };
      for (const part of ownTables(shape)) scope.emit(parts, `${part.chain}|${part.host}`, part);
      return shape;
    },
  });
  return { classes: views, shapes };
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
