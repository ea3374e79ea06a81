import {
  type EndpointSlice,
  formatObjectKey,
  type ObjectKey,
  objectKey,
  SERVICE_NAME_LABEL,
} from "@fairlead/kubernetes-types";
import type { Group, Layer } from "../graph/cell.ts";
import type { Graph } from "../graph/graph.ts";
import type { Lookups, ServiceFacts } from "../ingest/lookups.ts";
import type { Sources } from "../ingest/sources.ts";
import type { Backend, BackendEndpoint } from "../model.ts";
import { compareText } from "../precedence.ts";
import { type BackendReference, isTcp } from "./reference.ts";

/** Adds the backends to a graph: those Service ports that some route refers to. */
export function addBackends(
  graph: Graph,
  sources: Sources,
  lookups: Lookups,
  references: Group<BackendReference>,
  rank: number,
): Layer<Backend> {
  const slices = graph.group<EndpointSlice>("slices-by-service", 1);
  graph.derive<EndpointSlice, never>({
    name: "endpoint-slice",
    rank: 1,
    from: sources.endpointSlices,
    compute: (_, slice, scope) => {
      const service = slice.metadata.labels?.[SERVICE_NAME_LABEL];
      if (service !== undefined) scope.emit(slices, `${slice.metadata.namespace ?? ""}/${service}`, slice);
      return undefined;
    },
  });
  // Stops at the first reference: whether one route or a thousand lead there makes no difference to a backend.
  const referenced = graph.derive<ReadonlyMap<string, BackendReference>, BackendReference>({
    name: "backend-reference",
    rank: rank - 1,
    from: references,
    compute: (_, members) => members.values().next().value,
  });
  return graph.derive<BackendReference, Backend>({
    name: "backend",
    rank,
    from: referenced,
    compute: (name, reference, scope) => {
      const facts = scope.read(lookups.services, reference.service) ?? {};
      const [namespace = "", service = ""] = reference.service.split("/");
      const present = primaryFamily(facts, [...(scope.read(slices, reference.service)?.values() ?? [])]);
      const sources: ObjectKey[] = present.map(objectKey);
      sources.push(formatObjectKey({ group: "", kind: "Service", namespace, name: service }));
      return {
        name,
        protocol: reference.protocol,
        endpoints: readEndpoints(facts, reference.port, present),
        sources: sources.sort(),
      };
    },
  });
}

// A dual-stack pod is in one slice of each family; taking both would send it two shares.
function primaryFamily(facts: ServiceFacts, slices: readonly EndpointSlice[]): EndpointSlice[] {
  const fallback = slices.some(({ addressType }) => addressType === "IPv4") ? "IPv4" : "IPv6";
  const family = facts.ipFamilies?.[0] ?? fallback;
  return slices.filter(({ addressType }) => addressType === family);
}

function readEndpoints(facts: ServiceFacts, port: number, slices: readonly EndpointSlice[]): BackendEndpoint[] {
  const servicePort = facts.ports?.find((candidate) => isTcp(candidate) && candidate.port === port);
  if (servicePort === undefined) return [];
  const found = new Map<string, BackendEndpoint>();
  for (const slice of slices) {
    const target = slice.ports?.find(
      (candidate) => isTcp(candidate) && (candidate.name ?? "") === (servicePort.name ?? ""),
    );
    if (target === undefined) continue;
    // A slice port without a number means all ports: then the Service's own target decides.
    const number = target.port ?? (typeof servicePort.targetPort === "number" ? servicePort.targetPort : port);
    for (const endpoint of slice.endpoints ?? []) {
      const [address] = endpoint.addresses;
      if (address === undefined || endpoint.conditions?.ready === false) continue;
      found.set(`${address}|${number}`, { address, port: number });
    }
  }
  return [...found].sort(([a], [b]) => compareText(a, b)).map(([, endpoint]) => endpoint);
}
