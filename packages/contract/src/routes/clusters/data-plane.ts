import { z } from "@hono/zod-openapi";

const matchLabels = z.record(z.string(), z.string()).openapi({
  description: "Labels of the nodes that listen; none: all do.",
  example: { zone: "a" },
});

const port = z.int().min(1).max(65_535);

/**
 * What serves in a cluster, as its chart was told. Previews, topology and route matching read the cluster's objects by
 * it, as operator and agents do.
 */
export const dataPlaneSchema = z
  .object({
    kind: z.enum(["bundled", "cilium"]).openapi({
      description:
        "bundled: Fairlead's own operator, agents and Envoy. cilium: a Cilium; whether its proxies serve something cannot be observed.",
    }),
    ciliumClasses: z.boolean().openapi({ description: "The classes named cilium are answered for besides fairlead." }),
    ingress: z
      .object({ forceHttps: z.boolean(), loadBalancerMode: z.enum(["shared", "dedicated"]) })
      .openapi({ description: "What an Ingress does when its annotations say nothing." }),
    secretNamespaces: z
      .array(z.string())
      .readonly()
      .nullable()
      .openapi({ description: "Namespaces whose Secrets may be read for certificates; null: all." }),
    hostNetwork: z
      .object({
        gateways: z.object({ matchLabels }).nullable(),
        ingresses: z.object({ matchLabels, sharedListenerPort: port }).nullable(),
        envoyMetricsPort: port.openapi({
          description: "Where every node's Envoy has its metrics; no listener gets it.",
        }),
      })
      .openapi({
        description: "Who listens on the nodes' own addresses; null: on the addresses in the status of the objects.",
      }),
  })
  .openapi("DataPlane");
/** What serves in a cluster, as its chart was told. */
export type DataPlane = z.output<typeof dataPlaneSchema>;
