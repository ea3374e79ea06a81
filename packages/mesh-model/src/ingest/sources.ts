import {
  DISCOVERY_GROUP,
  type EndpointSlice,
  GATEWAY_GROUP,
  type Gateway,
  type GatewayClass,
  type GRPCRoute,
  type HTTPRoute,
  type Ingress,
  type IngressClass,
  type KubernetesObject,
  type Namespace,
  NETWORKING_GROUP,
  type Node,
  type ObjectKey,
  parseObjectKey,
  type ReferenceGrant,
  type Secret,
  type Service,
} from "@fairlead/kubernetes-types";
import type { Input } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";

/** The objects everything is computed from, by `<namespace>/<name>`, or by name when cluster-scoped. */
export interface Sources {
  readonly gatewayClasses: Input<GatewayClass>;
  readonly gateways: Input<Gateway>;
  readonly httpRoutes: Input<HTTPRoute>;
  readonly grpcRoutes: Input<GRPCRoute>;
  readonly referenceGrants: Input<ReferenceGrant>;
  readonly ingressClasses: Input<IngressClass>;
  readonly ingresses: Input<Ingress>;
  readonly services: Input<Service>;
  readonly endpointSlices: Input<EndpointSlice>;
  readonly secrets: Input<Secret>;
  readonly namespaces: Input<Namespace>;
  readonly nodes: Input<Node>;
  /** Files an object under its kind. False: the kind is none of ours. */
  set(key: ObjectKey, object: KubernetesObject | undefined): boolean;
}

/** Adds the inputs to a graph. */
export function addSources(graph: Graph): Sources {
  const inputs = {
    gatewayClasses: graph.input<GatewayClass>(`${GATEWAY_GROUP}/GatewayClass`),
    gateways: graph.input<Gateway>(`${GATEWAY_GROUP}/Gateway`),
    httpRoutes: graph.input<HTTPRoute>(`${GATEWAY_GROUP}/HTTPRoute`),
    grpcRoutes: graph.input<GRPCRoute>(`${GATEWAY_GROUP}/GRPCRoute`),
    referenceGrants: graph.input<ReferenceGrant>(`${GATEWAY_GROUP}/ReferenceGrant`),
    ingressClasses: graph.input<IngressClass>(`${NETWORKING_GROUP}/IngressClass`),
    ingresses: graph.input<Ingress>(`${NETWORKING_GROUP}/Ingress`),
    services: graph.input<Service>("/Service"),
    endpointSlices: graph.input<EndpointSlice>(`${DISCOVERY_GROUP}/EndpointSlice`),
    secrets: graph.input<Secret>("/Secret"),
    namespaces: graph.input<Namespace>("/Namespace"),
    nodes: graph.input<Node>("/Node"),
  };
  const intakes = new Map([
    intake(inputs.gatewayClasses, "GatewayClass"),
    intake(inputs.gateways, "Gateway"),
    intake(inputs.httpRoutes, "HTTPRoute"),
    intake(inputs.grpcRoutes, "GRPCRoute"),
    intake(inputs.referenceGrants, "ReferenceGrant"),
    intake(inputs.ingressClasses, "IngressClass"),
    intake(inputs.ingresses, "Ingress"),
    intake(inputs.services, "Service"),
    intake(inputs.endpointSlices, "EndpointSlice"),
    intake(inputs.secrets, "Secret"),
    intake(inputs.namespaces, "Namespace"),
    intake(inputs.nodes, "Node"),
  ]);
  return {
    ...inputs,
    set: (key, object) => {
      const parts = parseObjectKey(key);
      const set = parts && intakes.get(`${parts.group}/${parts.kind}`);
      if (parts === undefined || set === undefined) return false;
      set(parts.namespace === "" ? parts.name : `${parts.namespace}/${parts.name}`, object);
      return true;
    },
  };
}

type Intake = readonly [string, (name: string, object: KubernetesObject | undefined) => void];

function intake<T extends KubernetesObject>(input: Input<T>, kind: T["kind"]): Intake {
  const isKind = (object: KubernetesObject): object is T => object.kind === kind;
  return [input.name, (name, object) => input.set(name, object && isKind(object) ? object : undefined)];
}
