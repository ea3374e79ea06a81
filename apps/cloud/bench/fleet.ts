import type { OrganizationId } from "@fairlead/contract";
import { type ClusterId, isId, type PlanChangeInput, type ProjectId } from "@fairlead/contract";
import { acquireLease, applyFacts, type Database } from "@fairlead/database";

/** How large a fleet is. */
export interface FleetSize {
  readonly clusters: number;
  /** Routes in every cluster. */
  readonly routes: number;
}

/** Makes changes and asks for answers as a client does. */
export type Call = (method: string, path: string, body?: unknown) => Promise<unknown>;

const API = "gateway.networking.k8s.io/v1";

/** A route of the fleet; every fifth shares its host with the one before it. */
export function route(index: number, weight: number): Extract<PlanChangeInput, { kind: "HTTPRoute"; action: "apply" }> {
  return {
    action: "apply",
    kind: "HTTPRoute",
    name: `route-${index}`,
    spec: {
      parentRefs: [{ name: "web" }],
      hostnames: [`host-${index - (index % 5 === 4 ? 1 : 0)}.example`],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: `/${index}` } }],
          backendRefs: [
            { name: `service-${index}`, port: 80, weight },
            { name: `service-${index}`, port: 80, weight: 100 - weight },
          ],
        },
      ],
    },
  };
}

/** Raises clusters, a Gateway and routes on all of them. */
export async function raiseFleet(
  call: Call,
  project: ProjectId,
  { clusters, routes }: FleetSize,
): Promise<ClusterId[]> {
  const ids: ClusterId[] = [];
  for (let index = 0; index < clusters; index++) {
    const made = await call("POST", "/v1/clusters", { name: `cluster-${index}`, labels: { ring: `${index % 4}` } });
    ids.push(idOf(made));
  }
  const listeners = [{ name: "http", port: 80, protocol: "HTTP" }];
  const gateway = { action: "apply", kind: "Gateway", name: "web", spec: { gatewayClassName: "fairlead", listeners } };
  const changes = [gateway, ...Array.from({ length: routes }, (_, index) => route(index, 50))];
  const path = `/v1/projects/${project}/plans`;
  for (let from = 0; from < changes.length; from += 400) {
    const some = changes.slice(from, from + 400);
    const planned = await call("POST", path, { changes: some });
    await call("POST", `${path}/apply`, { base: textOf(planned, "base"), changes: some });
  }
  return ids;
}

/**
 * Tells every cluster's facts: the class, a Service for each route, the age of each route there. `alike`: all clusters tell
 * the same but ages, and one in ten lacks a Service; else no Service is the same in two clusters.
 */
export async function tellFacts(
  database: Database,
  organization: OrganizationId,
  clusters: readonly ClusterId[],
  { routes, alike }: { readonly routes: number; readonly alike: boolean },
): Promise<void> {
  for (const [index, cluster] of clusters.entries()) {
    const service = (of: number) => ({
      key: `/Service/default/service-${of}`,
      body: text("v1", "Service", `service-${of}`, {
        spec: { ports: alike ? [{ port: 80 }] : [{ port: 80 }, { port: 10_000 + index }] },
      }),
    });
    const age = (of: number) => ({
      key: `gateway.networking.k8s.io/HTTPRoute/default/route-${of}`,
      body: text(API, "HTTPRoute", `route-${of}`, {}, new Date(1_760_000_000_000 + index * 1_000 + of * 1_000)),
    });
    const spec = { controllerName: "fairlead.dev/gateway-controller" };
    const upserts = [
      {
        key: "gateway.networking.k8s.io/GatewayClass//fairlead",
        body: JSON.stringify({ apiVersion: API, kind: "GatewayClass", metadata: { name: "fairlead" }, spec }),
      },
      ...Array.from({ length: routes }, (_, of) => [
        ...(alike && index % 10 === 0 && of === 0 ? [] : [service(of)]),
        age(of),
      ]).flat(),
    ];
    await database.withTenant(organization, async (tx) => {
      const { fence } = await acquireLease(tx, { cluster, holder: "bench", ttlMs: 3_600_000 });
      const range = { after: "", through: undefined };
      const quota = { objects: 100_000, bytes: 100_000_000 };
      await applyFacts(tx, { cluster, fence, upserts, removals: [], range, digest: "bench", leftOut: {}, quota });
    });
  }
}

/** A text field of an answer. */
export function textOf(answer: unknown, field: string): string {
  const value: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, field) : undefined;
  if (typeof value !== "string") throw new TypeError(`no ${field} in ${JSON.stringify(answer).slice(0, 300)}`);
  return value;
}

function idOf(answer: unknown): ClusterId {
  const id = textOf(answer, "id");
  if (!isId("clu", id)) throw new TypeError(`not a cluster: ${id}`);
  return id;
}

function text(apiVersion: string, kind: string, name: string, more: object, created?: Date): string {
  const creationTimestamp = created && `${created.toISOString().slice(0, 19)}Z`;
  const metadata = { name, namespace: "default", ...(creationTimestamp && { creationTimestamp }) };
  return JSON.stringify({ apiVersion, kind, metadata, ...more });
}
