import type { KubernetesObject, Service } from "@fairlead/kubernetes-types";
import type { UnresolvedReference } from "@fairlead/mesh-model";
import { type Drawing, type DrawnBackend, drawEdge, type Finding, intentOf } from "./drawing.ts";

/** Notes that something leads to a Service port, with why it cannot be used; gives the node's id. */
export function drawBackend(
  { backends, objects }: Drawing,
  reference: { readonly namespace: string; readonly name: string; readonly port: number | string },
  problem: string | undefined,
): string {
  const { namespace, name } = reference;
  const service = objects.get(`/Service/${namespace}/${name}`);
  // A port that is named and one that is numbered may be the same.
  const port =
    typeof reference.port === "number" ? reference.port : (portNamed(service, reference.port) ?? reference.port);
  const id = `service:${namespace}/${name}:${port}`;
  const known = backends.get(id);
  if (known === undefined) backends.set(id, { namespace, name, port, problem });
  else known.problem ??= problem;
  return id;
}

/** Why a reference does not hold, without the field it stands in: several fields may lead to one Service. */
export function ownWords({ field, message }: UnresolvedReference): string {
  return message.startsWith(`${field}: `) ? message.slice(field.length + 2) : message;
}

/** Draws the Service ports that something leads to, and their endpoints. */
export function backendNodes(drawing: Drawing): void {
  const endpoints = endpointsByPort(drawing);
  for (const [id, backend] of drawing.backends) {
    const { namespace, name, port } = backend;
    const service = drawing.objects.get(`/Service/${namespace}/${name}`);
    const ready = endpoints.get(`${namespace}/${name}:${port}`);
    drawing.nodes.set(id, {
      id,
      type: "service",
      kind: "Service",
      namespace,
      name,
      label: `${name}:${port}`,
      intent: service === undefined ? null : intentOf(service),
      ...findingOf(drawing, backend, service, ready),
    });
    for (const endpoint of ready ?? []) {
      const to = `endpoint:${endpoint}`;
      const label = { kind: "EndpointSlice", namespace, name: endpoint, label: endpoint, intent: null };
      drawing.nodes.set(to, { id: to, type: "endpoint", ...label, state: "ok", detail: "" });
      drawEdge(drawing, id, to, null);
    }
  }
}

function findingOf(
  { isObserved }: Drawing,
  { namespace, name, problem }: DrawnBackend,
  service: KubernetesObject | undefined,
  ready: readonly string[] | undefined,
): Finding {
  if (!isObserved) return { state: "unknown", detail: "the cluster has not told of its Services" };
  if (service === undefined) return { state: "error", detail: `Service ${namespace}/${name} does not exist` };
  if (problem !== undefined) return { state: "error", detail: problem };
  if (ready === undefined) return { state: "unknown", detail: "nothing that is attached leads here" };
  if (ready.length === 0) return { state: "error", detail: "it has no ready endpoints: requests are answered 503" };
  return { state: "ok", detail: `${ready.length} ready` };
}

/** `<address>:<port>` of the ready endpoints, by `<namespace>/<service>:<port>`; of those ports that traffic can reach. */
function endpointsByPort({ index }: Drawing): Map<string, readonly string[]> {
  return new Map(
    index.model().backends.map(({ name, endpoints }) => {
      const [namespace = "", service = ""] = name.split("/");
      const ready = endpoints.map(({ address, port }) => `${address.includes(":") ? `[${address}]` : address}:${port}`);
      return [`${namespace}/${service}`, ready];
    }),
  );
}

function portNamed(service: KubernetesObject | undefined, port: string): number | undefined {
  return service === undefined || !isService(service)
    ? undefined
    : service.spec?.ports?.find(({ name }) => name === port)?.port;
}

function isService(object: KubernetesObject): object is Service {
  return object.kind === "Service";
}
