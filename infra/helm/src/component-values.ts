import { z } from "zod";

const quantity = z.string().regex(/^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/, "a quantity such as 100m or 256Mi");
const amounts = z.strictObject({
  cpu: quantity.optional(),
  memory: quantity.optional(),
  "ephemeral-storage": quantity.optional(),
});
/** Labels, annotations. */
export const dictionary = z.record(z.string(), z.string());
/** Something Kubernetes itself checks. */
const kubernetes = z.looseObject({});

/** A Secret or ConfigMap's name. */
export const objectName = z.string().regex(/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?)?$/, "a name as Kubernetes has them");

/** Where an image comes from. The registry's tag is only what to pull when there is no digest. */
export function image(name: string, tag: string) {
  return z.strictObject({
    repository: z.string().min(1).describe("Image").default(`ghcr.io/fairlead/${name}`),
    tag: z
      .string()
      .describe(
        tag === ""
          ? "Tag; empty is the chart's `appVersion`"
          : "Tag; of its own, so that an upgrade that does not change Envoy does not restart it",
      )
      .default(tag),
    digest: z
      .string()
      .regex(/^(sha256:[0-9a-f]{64})?$/, "sha256: and 64 hex digits")
      .describe("Digest, `sha256:…`; wins over the tag")
      .default(""),
    pullPolicy: z.enum(["IfNotPresent", "Always", "Never"]).describe("When it is pulled").default("IfNotPresent"),
  });
}

/** Where pods run and what they may use. */
export function placement(defaults: {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly memoryLimit?: string;
  readonly priorityClassName: string;
  readonly everywhere: boolean;
}) {
  const { requests, memoryLimit, priorityClassName, everywhere } = defaults;
  return {
    resources: z
      .strictObject({ requests: amounts.optional(), limits: amounts.optional() })
      .describe("Requests and limits")
      .default({ requests, ...(memoryLimit !== undefined && { limits: { memory: memoryLimit } }) }),
    nodeSelector: dictionary.describe("Labels of the nodes it runs on").default({ "kubernetes.io/os": "linux" }),
    tolerations: z
      .array(kubernetes)
      .describe("Taints it runs in spite of")
      .default(everywhere ? [{ operator: "Exists" }] : []),
    priorityClassName: z.string().describe("Priority class").default(priorityClassName),
    podAnnotations: dictionary.describe("Annotations of its pods").default({}),
    podLabels: dictionary.describe("Labels of its pods").default({}),
  };
}

/** What Deployments have besides. */
export const replicated = {
  replicas: z.int().min(1).max(10).describe("Replicas; one works, the others stand by").default(2),
  affinity: kubernetes.describe("Affinity; empty: replicas keep off each other's nodes where they can").default({}),
  topologySpreadConstraints: z
    .array(kubernetes)
    .describe("Spreading; empty: evenly over zones where there are several")
    .default([]),
  podDisruptionBudget: z.strictObject({
    enabled: z.boolean().describe("Let at most one replica be evicted at a time").default(true),
  }),
};

/** How a DaemonSet's pods are replaced. */
export function updateStrategy(maxUnavailable: number) {
  return kubernetes
    .describe("How pods are replaced when their template changes")
    .default({ type: "RollingUpdate", rollingUpdate: { maxUnavailable } });
}

/** Level of an app's log. */
export const logLevel = z.enum(["debug", "info", "warn", "error"]).describe("What is logged").default("info");
