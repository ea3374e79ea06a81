import { type EnvoyResource, type ResourceKey, TYPE_URL, type TypeUrl } from "@fairlead/envoy";

/** A resource whose body says nothing; tests of the protocol look only at the rest. */
export function fake(
  typeUrl: TypeUrl,
  name: string,
  version: string,
  requires: readonly ResourceKey[] = [],
): EnvoyResource {
  return { typeUrl, name, version, body: new Uint8Array(), sources: [`test/Source//${name}`], requires };
}

/** A cluster and its endpoints. */
export function fakeBackend(name: string, version = "1", endpoints = version): EnvoyResource[] {
  const cluster = { typeUrl: TYPE_URL.cluster, name };
  return [fake(TYPE_URL.cluster, name, version), fake(TYPE_URL.endpoints, name, endpoints, [cluster])];
}

/** A scope and its routes to these backends. */
export function fakeTable(name: string, version: string, backends: readonly string[]): EnvoyResource[] {
  const needs = backends.map((backend) => ({ typeUrl: TYPE_URL.endpoints, name: backend }));
  return [
    fake(TYPE_URL.scope, name, "1", [{ typeUrl: TYPE_URL.route, name }, ...needs]),
    fake(TYPE_URL.route, name, version, needs),
  ];
}
