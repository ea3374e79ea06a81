import type { KubernetesObject, Service } from "@fairlead/kubernetes-types";
import { referredServices } from "@fairlead/mesh-model";
import type { Variant } from "./variants.ts";

/** Ports of Services, as numbers and names, that objects refer to; by `<namespace>/<name>`. */
export type ReferredPorts = ReadonlyMap<string, ReadonlySet<string>>;

/** The ports of Services that objects refer to. */
export function referredPorts(objects: readonly KubernetesObject[]): ReferredPorts {
  return new Map(
    [...referredServices(objects)].map(([service, ports]) => [
      service,
      new Set(ports.flatMap(({ name, port }) => [`${port}`, ...(name === undefined ? [] : [name])])),
    ]),
  );
}

/**
 * What a judgement can see of a fact, as text: facts of equal views are judged alike. Of a Service it sees the ports that
 * are referred to, so what clusters have besides does not keep them apart.
 */
export function factView({ id, object }: Variant, referred: ReferredPorts): string {
  if (!isService(object)) return `${id}`;
  const service = `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
  const wanted = referred.get(service);
  const { type, ports = [], ipFamilies } = object.spec ?? {};
  const seen = ports.filter(({ name, port }) => wanted?.has(`${port}`) || (name !== undefined && wanted?.has(name)));
  return `${service} ${JSON.stringify([type, ipFamilies, seen])}`;
}

function isService(object: KubernetesObject): object is Service {
  return object.kind === "Service";
}
