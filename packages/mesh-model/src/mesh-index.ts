import {
  formatObjectKey,
  GATEWAY_GROUP,
  NETWORKING_GROUP,
  type ObjectKey,
  parseObjectKey,
} from "@fairlead/kubernetes-types";
import { addBackends } from "./backend/backends.ts";
import type { BackendReference } from "./backend/reference.ts";
import type { MalformedObject, MeshDelta, ObjectChange, PieceDelta } from "./delta.ts";
import type { Fault } from "./fault.ts";
import {
  addGatewayClasses,
  addGatewayPorts,
  addGateways,
  type GatewayClassView,
  type GatewayShape,
} from "./gateway/gateways.ts";
import { addServing, type GatewayServing } from "./gateway/serving.ts";
import type { Layer } from "./graph/cell.ts";
import { Graph } from "./graph/graph.ts";
import type { HostRole } from "./host/host-network.ts";
import { addHostAddresses, type HostAddresses } from "./host/nodes.ts";
import { addHostPorts, type HostPortClaim, PORT_UNAVAILABLE } from "./host/ports.ts";
import { addCertificateUses, type CertificateUse } from "./ingest/certificate-use.ts";
import { addLookups } from "./ingest/lookups.ts";
import { addSources, type Sources } from "./ingest/sources.ts";
import { addIngressClasses } from "./ingress/class.ts";
import { addIngressPorts } from "./ingress/host-port.ts";
import { addIngresses, addTlsTables, type IngressView } from "./ingress/ingresses.ts";
import { addIngressViews, type PathClaim } from "./ingress/path-conflicts.ts";
import type { AddressClaim, TlsClaim } from "./ingress/scope.ts";
import { addIngressSockets } from "./ingress/sockets.ts";
import type { Backend, Certificate, HostTable, MeshModel, Socket } from "./model.ts";
import { compareText } from "./precedence.ts";
import { addKindConflicts, type HostClaim } from "./route/kind-conflicts.ts";
import { ROUTE_KINDS, type RouteKind } from "./route/route-kind.ts";
import { addRoutes, addRouteViews, type RouteView } from "./route/routes.ts";
import type { MeshSettings } from "./settings.ts";
import { addSockets, type SocketClaim } from "./socket.ts";
import { addTables, type TablePart } from "./table.ts";

/** A Gateway of ours with all its status speaks of. */
export interface GatewayView {
  readonly shape: GatewayShape;
  readonly serving: GatewayServing;
  /** Attached routes by listener name. */
  readonly attachedRoutes: Readonly<Record<string, number>>;
}

/**
 * The mesh model of a set of Kubernetes objects, kept up to date as they change. What a change costs depends on what it
 * touches, not on how much there is; the result depends on the objects alone, not on their history.
 */
export class MeshIndex {
  readonly #graph = new Graph();
  readonly #sources: Sources;
  readonly #sockets: Layer<Socket>;
  readonly #tables: Layer<HostTable>;
  readonly #backends: Layer<Backend>;
  readonly #certificates: Layer<Certificate>;
  readonly #certificateUses: Layer<CertificateUse>;
  readonly #classes: Layer<GatewayClassView>;
  readonly #shapes: Layer<GatewayShape>;
  readonly #serving: Layer<GatewayServing>;
  readonly #attached: Layer<Readonly<Record<string, number>>>;
  readonly #routes: Readonly<Record<RouteKind, Layer<RouteView>>>;
  /** Layers whose changes nobody asks for. */
  readonly #unasked: readonly Layer<unknown>[];
  readonly #ingresses: Layer<IngressView>;
  readonly #hostAddresses: Layer<HostAddresses> | undefined;
  /** As it was asked for last; undefined when something in it has changed since. */
  #model: MeshModel | undefined;

  constructor(settings: MeshSettings) {
    const graph = this.#graph;
    const sources = addSources(graph);
    const lookups = addLookups(graph, sources, settings);
    // Ranks: lookups 1–2, who wants a port of the nodes 2–3, who has it 4, Gateway shapes 5, views 6, claims 7–8, TLS
    // tables 8, then the pieces of the model.
    const parts = graph.group<TablePart>("table-parts", 8);
    const backends = graph.group<BackendReference>("backend-references", 6);
    const certificates = graph.group<true>("certificate-references", 8);
    const secretUsers = graph.group<ObjectKey>("secret-users", 8);
    const socketClaims = graph.group<SocketClaim>("socket-claims", 8);
    const attached = graph.group<true>("attached-routes", 6);
    const tlsClaims = graph.group<TlsClaim>("tls-claims", 6);
    const addressClaims = graph.group<AddressClaim>("ingress-address-claims", 6);

    const { hostNetwork: host } = settings;
    const hostAddresses = host && addHostAddresses(graph, sources, host);
    const portClaims = graph.group<HostPortClaim>("host-port-claims", 3);
    const ports = host && { host, claims: portClaims, holders: addHostPorts(graph, portClaims, 4) };
    const gatewayPorts = host?.gateways && ports;
    const ingressPorts = host?.ingresses && ports;

    const classes = addGatewayClasses(graph, sources, settings.classes);
    if (gatewayPorts) addGatewayPorts(graph, sources, classes, gatewayPorts);
    const shapes = addGateways(graph, sources, { classes, parts, ports: gatewayPorts, rank: 5 });
    this.#serving = addServing(graph, sources, lookups, {
      shapes,
      sockets: socketClaims,
      certificates,
      secretUsers,
      host,
      hostAddresses,
      rank: 6,
    });
    const claims = {
      HTTPRoute: graph.group<HostClaim>("http-host-claims", 6),
      GRPCRoute: graph.group<HostClaim>("grpc-host-claims", 6),
    };
    const routing = { shapes, parts, backends, attached, claims, rank: 6 };
    const httpRoutes = addRoutes(graph, lookups, { name: "http-route", from: sources.httpRoutes }, routing);
    const grpcRoutes = addRoutes(graph, lookups, { name: "grpc-route", from: sources.grpcRoutes }, routing);
    const conflicts = addKindConflicts(graph, claims, 7);
    this.#routes = {
      HTTPRoute: addRouteViews(graph, { kind: "HTTPRoute", from: httpRoutes }, conflicts, 8),
      GRPCRoute: addRouteViews(graph, { kind: "GRPCRoute", from: grpcRoutes }, conflicts, 8),
    };
    this.#attached = graph.derive<GatewayShape, Readonly<Record<string, number>>>({
      name: "attached",
      rank: 8,
      from: shapes,
      compute: (id, { listeners }, scope) =>
        Object.fromEntries(
          listeners.map(({ name }) => {
            const all = scope.read(attached, `${id}/${name}`)?.size ?? 0;
            return [name, all - Object.keys(scope.read(conflicts, `${id}/${name}`) ?? {}).length];
          }),
        ),
    });
    const ingressClasses = addIngressClasses(graph, sources, settings.classes);
    const defaults = settings.ingress ?? {};
    if (ingressPorts) addIngressPorts(graph, sources, ingressClasses, defaults, ingressPorts);
    const pathClaims = graph.group<PathClaim>("ingress-path-claims", 6);
    const ingresses = addIngresses(graph, sources, lookups, {
      classes: ingressClasses,
      defaults,
      backends,
      parts,
      pathClaims,
      tlsClaims,
      addressClaims,
      ports: ingressPorts,
      hostAddresses,
      rank: 6,
    });
    const sockets = {
      tlsClaims,
      addressClaims,
      certificates,
      secretUsers,
      sockets: socketClaims,
      hostAddresses,
      rank: 7,
    };
    const grants = addIngressSockets(graph, lookups, sockets);
    this.#ingresses = addIngressViews(graph, ingresses, pathClaims, 7);
    addTlsTables(graph, ingresses, grants, parts, 8);

    this.#sources = sources;
    this.#classes = classes;
    this.#shapes = shapes;
    this.#tables = addTables(graph, parts, conflicts, 9);
    this.#sockets = addSockets(graph, socketClaims, 9);
    this.#backends = addBackends(graph, sources, lookups, backends, 9);
    this.#hostAddresses = hostAddresses;
    this.#unasked = [httpRoutes, grpcRoutes, conflicts, grants, ingresses, ...(hostAddresses ? [hostAddresses] : [])];
    this.#certificateUses = addCertificateUses(graph, lookups, secretUsers, 9);
    this.#certificates = graph.derive<ReadonlyMap<string, true>, Certificate>({
      name: "certificate",
      rank: 9,
      from: certificates,
      compute: (name, _, scope) => {
        const check = scope.read(lookups.certificates, name);
        if (check === undefined || !("chain" in check)) return undefined;
        return { name, chain: check.chain, key: check.key, sources: [secretKey(name)] };
      },
    });
  }

  /** Computations done so far: what changes cost, as a number that does not depend on the machine. */
  get evaluations(): number {
    return this.#graph.evaluations;
  }

  /** Takes objects as they are now and says what became of the model. Kinds that mean nothing here are ignored. */
  apply(changes: readonly ObjectChange[]): MeshDelta {
    const affected = new Set<ObjectKey>();
    for (const { key, object } of changes) {
      if (this.#sources.set(key, object) && hasStatus(key)) affected.add(key);
    }
    this.#graph.settle();
    const touched = new Set<ObjectKey>();
    const delta = {
      sockets: takeDelta(this.#sockets, touched),
      tables: takeDelta(this.#tables, touched),
      backends: takeDelta(this.#backends, touched),
      certificates: takeDelta(this.#certificates, touched),
    };
    const pieces = [delta.sockets, delta.tables, delta.backends, delta.certificates];
    if (pieces.some(({ upserts, removals }) => upserts.length + removals.length > 0)) this.#model = undefined;
    for (const name of this.#classes.takeChanges().keys()) affected.add(classKey(name));
    for (const layer of [this.#shapes, this.#serving, this.#attached]) {
      for (const id of layer.takeChanges().keys()) affected.add(namespacedKey(GATEWAY_GROUP, "Gateway", id));
    }
    for (const kind of ROUTE_KINDS) {
      for (const id of this.#routes[kind].takeChanges().keys()) affected.add(namespacedKey(GATEWAY_GROUP, kind, id));
    }
    for (const id of this.#ingresses.takeChanges().keys()) affected.add(namespacedKey(NETWORKING_GROUP, "Ingress", id));
    // What is not taken would be kept for ever.
    for (const layer of [...this.#unasked, this.#certificateUses]) layer.takeChanges();
    return { ...delta, touched: [...touched].sort(), affected: [...affected].sort(), malformed: this.#malformed() };
  }

  /** Everything, sorted by name; the same object as long as nothing in it changes. */
  model(): MeshModel {
    this.#model ??= {
      sockets: sorted(this.#sockets),
      tables: sorted(this.#tables),
      backends: sorted(this.#backends),
      certificates: sorted(this.#certificates),
    };
    return this.#model;
  }

  /** A GatewayClass by name; undefined when it is not ours. */
  gatewayClass(name: string): GatewayClassView | undefined {
    return this.#classes.peek(name);
  }

  /** A Gateway by `<namespace>/<name>`; undefined when it is not ours. */
  gateway(id: string): GatewayView | undefined {
    const shape = this.#shapes.peek(id);
    const serving = this.#serving.peek(id);
    return shape && serving && { shape, serving, attachedRoutes: this.#attached.peek(id) ?? {} };
  }

  /** An HTTPRoute by `<namespace>/<name>`; undefined when none of its parents is ours. */
  httpRoute(id: string): RouteView | undefined {
    return this.#routes.HTTPRoute.peek(id);
  }

  /** A GRPCRoute by `<namespace>/<name>`; undefined when none of its parents is ours. */
  grpcRoute(id: string): RouteView | undefined {
    return this.#routes.GRPCRoute.peek(id);
  }

  /** Where listeners on the nodes' own addresses are, sorted; empty when there are none, or not that way. */
  hostAddresses(role: HostRole): readonly string[] {
    return this.#hostAddresses?.peek(role)?.addresses ?? [];
  }

  /** An Ingress by `<namespace>/<name>`; undefined when it is not ours. */
  ingress(id: string): IngressView | undefined {
    return this.#ingresses.peek(id);
  }

  /**
   * What of an object is not served as it is written: a route's parents that do not take it, backends that cannot be
   * used, paths that an older Ingress has, ports of the nodes that someone else has. Empty for other kinds and for
   * objects that are not ours.
   */
  faults(key: ObjectKey): Fault[] {
    const { group, kind, namespace, name } = parseObjectKey(key) ?? {};
    const id = `${namespace}/${name}`;
    if (group === NETWORKING_GROUP && kind === "Ingress") {
      const view = this.ingress(id);
      return view === undefined ? [] : [...view.unresolved, ...view.conflicts];
    }
    if (group === GATEWAY_GROUP && kind === "Gateway") {
      return (this.#shapes.peek(id)?.listeners ?? []).flatMap(({ index, accepted: { reason, message } }) =>
        reason === PORT_UNAVAILABLE ? [{ field: `spec.listeners[${index}].port`, reason, message }] : [],
      );
    }
    const view =
      group !== GATEWAY_GROUP
        ? undefined
        : kind === "GRPCRoute"
          ? this.grpcRoute(id)
          : kind === "HTTPRoute"
            ? this.httpRoute(id)
            : undefined;
    if (view === undefined) return [];
    const refused = view.parents
      .filter(({ accepted }) => accepted.status !== "True")
      .map(({ index, accepted: { reason, message } }) => ({ field: `spec.parentRefs[${index}]`, reason, message }));
    return [...refused, ...view.unresolved];
  }

  /** TLS Secrets that Gateways and Ingresses of ours use, usable or not, sorted by name. */
  certificateUses(): CertificateUse[] {
    return sorted(this.#certificateUses);
  }

  #malformed(): MalformedObject[] {
    const byKey = new Map<ObjectKey, string>();
    for (const [id, message] of this.#graph.failures) {
      const colon = id.indexOf(":");
      const key = LAYER_KEYS[id.slice(0, colon)]?.(id.slice(colon + 1));
      if (key !== undefined && !byKey.has(key)) byKey.set(key, message);
    }
    return [...byKey].sort(([a], [b]) => compareText(a, b)).map(([key, message]) => ({ key, message }));
  }
}

// Layers that read objects as users wrote them, and can trip over one that is not of its kind's shape.
const LAYER_KEYS: Readonly<Record<string, (id: string) => ObjectKey>> = {
  "gateway-class": classKey,
  gateway: (id) => namespacedKey(GATEWAY_GROUP, "Gateway", id),
  "gateway-serving": (id) => namespacedKey(GATEWAY_GROUP, "Gateway", id),
  "http-route": (id) => namespacedKey(GATEWAY_GROUP, "HTTPRoute", id),
  "grpc-route": (id) => namespacedKey(GATEWAY_GROUP, "GRPCRoute", id),
  grant: (id) => namespacedKey(GATEWAY_GROUP, "ReferenceGrant", id),
  ingress: (id) => namespacedKey(NETWORKING_GROUP, "Ingress", id),
  "endpoint-slice": (id) => namespacedKey("discovery.k8s.io", "EndpointSlice", id),
  "service-facts": (id) => namespacedKey("", "Service", id),
  "certificate-check": secretKey,
};

function takeDelta<T extends { readonly name: string; readonly sources: readonly ObjectKey[] }>(
  layer: Layer<T>,
  touched: Set<ObjectKey>,
): PieceDelta<T> {
  const upserts: T[] = [];
  const removals: string[] = [];
  for (const [name, before] of layer.takeChanges()) {
    const after = layer.peek(name);
    for (const key of [...(before?.sources ?? []), ...(after?.sources ?? [])]) touched.add(key);
    if (after !== undefined) upserts.push(after);
    else if (before !== undefined) removals.push(name);
  }
  return { upserts: upserts.sort((a, b) => compareText(a.name, b.name)), removals: removals.sort(compareText) };
}

function sorted<T>(layer: Layer<T>): T[] {
  return [...layer.entries()].sort(([a], [b]) => compareText(a, b)).map(([, value]) => value);
}

function hasStatus(key: ObjectKey): boolean {
  return /^gateway\.networking\.k8s\.io\/(GatewayClass|Gateway|HTTPRoute|GRPCRoute)\/|^networking\.k8s\.io\/Ingress\//.test(
    key,
  );
}

function classKey(name: string): ObjectKey {
  return formatObjectKey({ group: GATEWAY_GROUP, kind: "GatewayClass", namespace: "", name });
}

function secretKey(id: string): ObjectKey {
  return namespacedKey("", "Secret", id);
}

function namespacedKey(group: string, kind: string, id: string): ObjectKey {
  const [namespace = "", name = ""] = id.split("/");
  return formatObjectKey({ group, kind, namespace, name });
}
