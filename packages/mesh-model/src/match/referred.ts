import type {
  BackendObjectReference,
  Gateway,
  GRPCRoute,
  HTTPRoute,
  HTTPRouteFilter,
  Ingress,
  IngressBackend,
  KubernetesObject,
  ServicePort,
} from "@fairlead/kubernetes-types";

/** The Services that routes and Ingresses lead to, by `<namespace>/<name>`, with the ports they name. */
export function referredServices(objects: Iterable<KubernetesObject>): ReadonlyMap<string, readonly ServicePort[]> {
  const found = new Map<string, Map<string, ServicePort>>();
  const add = (service: string, port: ServicePort) => {
    const ports = found.get(service) ?? new Map<string, ServicePort>();
    found.set(service, ports.set(String(port.name ?? port.port), port));
  };
  for (const object of objects) {
    const namespace = object.metadata.namespace ?? "";
    if (isRoute(object)) {
      for (const ref of routeReferences(object)) {
        if (ref.port === undefined || (ref.kind ?? "Service") !== "Service" || (ref.group ?? "") !== "") continue;
        add(`${ref.namespace ?? namespace}/${ref.name}`, { name: `p${ref.port}`, port: ref.port });
      }
    } else if (isIngress(object)) {
      for (const { service } of ingressBackends(object)) {
        if (service === undefined) continue;
        const { number, name } = service.port ?? {};
        // A port known by its name alone has some number.
        if (number !== undefined) add(`${namespace}/${service.name}`, { name: `p${number}`, port: number });
        else if (name !== undefined) add(`${namespace}/${service.name}`, { name, port: 80 });
      }
    }
  }
  return new Map([...found].map(([service, ports]) => [service, [...ports.values()]]));
}

/** The Secrets that Gateways and Ingresses take certificates from, `<namespace>/<name>`, each once, sorted. */
export function referredSecrets(objects: Iterable<KubernetesObject>): string[] {
  const found = new Set<string>();
  for (const object of objects) {
    const own = object.metadata.namespace ?? "";
    if (isGateway(object)) {
      const refs = object.spec.listeners.flatMap(({ tls }) => tls?.certificateRefs ?? []);
      for (const { namespace, name } of refs) found.add(`${namespace ?? own}/${name}`);
    } else if (isIngress(object)) {
      for (const { secretName } of object.spec.tls ?? [])
        if (secretName !== undefined) found.add(`${own}/${secretName}`);
    }
  }
  return [...found].sort();
}

function isGateway(object: KubernetesObject): object is Gateway {
  return object.kind === "Gateway";
}

function isRoute(object: KubernetesObject): object is HTTPRoute | GRPCRoute {
  return object.kind === "HTTPRoute" || object.kind === "GRPCRoute";
}

function isIngress(object: KubernetesObject): object is Ingress {
  return object.kind === "Ingress";
}

function* routeReferences({ spec }: HTTPRoute | GRPCRoute): Generator<BackendObjectReference> {
  for (const { backendRefs = [], filters = [] } of spec.rules ?? []) {
    yield* mirrored(filters);
    for (const ref of backendRefs) {
      yield ref;
      yield* mirrored(ref.filters ?? []);
    }
  }
}

function* mirrored(filters: readonly Pick<HTTPRouteFilter, "requestMirror">[]): Generator<BackendObjectReference> {
  for (const { requestMirror } of filters) if (requestMirror !== undefined) yield requestMirror.backendRef;
}

function* ingressBackends({ spec }: Ingress): Generator<IngressBackend> {
  if (spec.defaultBackend !== undefined) yield spec.defaultBackend;
  for (const { http } of spec.rules ?? []) for (const { backend } of http?.paths ?? []) yield backend;
}
