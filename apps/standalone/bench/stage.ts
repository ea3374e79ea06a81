import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Instance } from "../src/instance.ts";
import type { Backend } from "./children.ts";
import { findService } from "./stage-gateway.ts";

/** Name of the benchmark's Gateway. */
const GATEWAY = "bench";

/** A Service by name with the backends behind it. */
export type Services = Readonly<Record<string, readonly Backend[]>>;

/** What every part of the benchmark works with. */
export interface Stage {
  readonly instance: Instance;
  readonly project: string;
  /** The Gateway's listener, such as `http://127.77.0.2`. */
  readonly target: string;
}

/** Puts Services and their endpoints into the instance's folder, so that they are applied as a user's would be. */
export async function putServices(instance: Instance, services: Services): Promise<void> {
  const documents = Object.entries(services).flatMap(([name, backends]) => [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace: "default" },
      spec: { ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "TCP" }] },
    },
    ...backends.map((backend, index) => ({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: `${name}-${index}`, namespace: "default", labels: { "kubernetes.io/service-name": name } },
      addressType: "IPv4",
      endpoints: [{ addresses: ["127.0.0.1"], conditions: { ready: true } }],
      ports: [{ name: "http", port: backend.port, protocol: "TCP" }],
    })),
  ]);
  writeFileSync(
    join(instance.directory, "cluster", "bench.yaml"),
    documents.map((object) => stringify(object)).join("---\n"),
  );
  await instance.folder.apply();
}

/** Puts one object on the object server as an administrator; `collection` is its collection's path. */
export async function putObject(instance: Instance, collection: string, object: NamedObject): Promise<void> {
  const { objectServerPort, tokens } = instance.layout;
  const path = `${collection}/${object.metadata.name}?fieldManager=bench&force=true`;
  const response = await fetch(`http://127.0.0.1:${objectServerPort}${path}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${tokens.admin}`, "content-type": "application/apply-patch+yaml" },
    body: JSON.stringify(object),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

interface NamedObject {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

/** Makes the Gateway and resolves once Envoy listens on its address. */
export async function raiseGateway(instance: Instance): Promise<Stage> {
  const { items } = await instance.client.projects.list();
  const project = items[0]?.id;
  if (project === undefined) throw new Error("there is no project");
  await instance.client.gateways.create({
    params: { project },
    body: {
      name: GATEWAY,
      spec: {
        gatewayClassName: "fairlead",
        listeners: [{ name: "http", protocol: "HTTP", port: 80 }],
      },
    },
  });
  return { instance, project, target: await findService(instance, GATEWAY) };
}

/** The spec of a route of one host to weighted Services. */
export function routeSpec(host: string, backends: Readonly<Record<string, number>>) {
  return {
    parentRefs: [{ name: GATEWAY }],
    hostnames: [host],
    rules: [{ backendRefs: Object.entries(backends).map(([name, weight]) => ({ name, port: 80, weight })) }],
  };
}
