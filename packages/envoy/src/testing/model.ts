import type {
  Backend,
  Chain,
  ForwardAction,
  HostTable,
  Origin,
  PathMatch,
  Route,
  RouteAction,
  RouteMatch,
  Socket,
  ValueMatch,
  WeightedBackend,
} from "@fairlead/mesh-model";

/** Short ways to write pieces of a mesh model in tests. */

const ROUTE_KEY = "gateway.networking.k8s.io/HTTPRoute/default/test";

function origin(field: string): Origin {
  return { object: ROUTE_KEY, field };
}

export function path(value: string, type: PathMatch["type"] = "prefix"): PathMatch {
  return { type, value, origin: origin("path") };
}

export function value(name: string, text: string, type: ValueMatch["type"] = "exact"): ValueMatch {
  return { name, type, value: text, origin: origin(name) };
}

export function match(parts: Partial<RouteMatch> = {}): RouteMatch {
  return { path: path("/"), headers: [], queryParams: [], ...parts };
}

export function to(backend: string | undefined, weight = 1, parts: Partial<WeightedBackend> = {}): WeightedBackend {
  return { ...(backend === undefined ? {} : { backend }), weight, origin: origin("backendRefs"), ...parts };
}

export function forward(backends: readonly WeightedBackend[], parts: Partial<ForwardAction> = {}): ForwardAction {
  return { type: "forward", backends, ...parts };
}

let count = 0;

export function route(action: RouteAction, parts: Partial<Route> = {}): Route {
  return { name: `httproute/default/test/${count++}`, origin: origin("rule"), match: match(), action, ...parts };
}

export function header(name: string, text: string) {
  return { name, value: text, origin: origin(name) };
}

export function table(chain: string, host: string, routes: readonly Route[]): HostTable {
  return { name: `${chain}|${host}`, chain, host, routes, sources: [ROUTE_KEY] };
}

export function backend(name: string, ports: readonly number[], protocol: Backend["protocol"] = "http1"): Backend {
  const endpoints = ports.map((port) => ({ address: "127.0.0.1", port }));
  return { name, protocol, endpoints, sources: [`/Service/default/${name}`] };
}

export function socket(port: number, chains: readonly Chain[]): Socket {
  return { name: `127.0.0.1:${port}`, addresses: ["127.0.0.1"], port, chains, sources: [] };
}

export function chain(id: string, parts: Partial<Chain> = {}): Chain {
  return { id, serverNames: [], sources: [], ...parts };
}
