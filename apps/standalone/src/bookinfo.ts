import { join } from "node:path";
import { stringify } from "yaml";
import { pickPort } from "./ports.ts";
import type { ProcessSpec } from "./supervisor.ts";

/** One running example service and where it listens. */
export interface ExampleService {
  readonly name: string;
  /** The Services its address stands behind. */
  readonly services: readonly string[];
  readonly port: number;
  readonly spec: ProcessSpec;
}

/** Lays out the six Bookinfo processes on free loopback ports. */
export async function bookinfo(root: string, node: string, firstPort: number): Promise<ExampleService[]> {
  const taken = new Set<number>();
  const ports: Record<string, number> = {};
  for (const name of ["productpage", "details", "ratings", "reviews-v1", "reviews-v2", "reviews-v3"]) {
    ports[name] = await pickPort(firstPort, taken);
  }
  const url = (name: string) => `http://127.0.0.1:${ports[name]}`;
  const service = (name: string, services: readonly string[], env: Record<string, string> = {}): ExampleService => {
    const port = ports[name] ?? 0;
    const file = join(root, "examples", "bookinfo", "src", `${name.split("-")[0]}.ts`);
    return {
      name,
      services,
      port,
      spec: {
        name,
        command: node,
        args: [file],
        env: { HOST: "127.0.0.1", PORT: `${port}`, ...env },
        ready: async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok,
      },
    };
  };
  const reviews = (version: string) =>
    service(`reviews-${version}`, ["reviews", `reviews-${version}`], {
      SERVICE_VERSION: version,
      RATINGS_URL: url("ratings"),
    });
  return [
    service("details", ["details"]),
    service("ratings", ["ratings"]),
    reviews("v1"),
    reviews("v2"),
    reviews("v3"),
    service("productpage", ["productpage"], { DETAILS_URL: url("details"), REVIEWS_URL: url("reviews-v1") }),
  ];
}

/** The EndpointSlices that say where the example's processes listen, as one YAML text. A slice has one port, so each process has its own. */
export function endpointSlices(services: readonly ExampleService[]): string {
  const documents = services.flatMap(({ name, services: behind, port }) =>
    behind.map((service) =>
      stringify({
        apiVersion: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        metadata: {
          name: `${service}-${name}`,
          namespace: "default",
          labels: { "kubernetes.io/service-name": service },
        },
        addressType: "IPv4",
        endpoints: [{ addresses: ["127.0.0.1"], conditions: { ready: true } }],
        ports: [{ name: "http", port, protocol: "TCP" }],
      }),
    ),
  );
  return documents.join("---\n");
}
