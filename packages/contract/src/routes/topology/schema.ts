import { z } from "@hono/zod-openapi";
import { revisionText, timestamp } from "../../schemas/fields.ts";

/**
 * `ok`; `warning`: it serves, but not all as written or not for long; `error`: requests fail or are not taken; `unknown`:
 * the cluster has not told enough.
 */
const topologyState = z.enum(["ok", "warning", "error", "unknown"]).openapi("TopologyState");

/** Something that requests pass. */
const topologyNode = z
  .object({
    id: z.string().openapi({ description: "Unique in the answer, and the same in every answer." }),
    type: z.enum(["gateway", "ingress", "listener", "route", "service", "endpoint"]),
    kind: z.string().openapi({ description: "Kind of the Kubernetes object it is, or is part of." }),
    namespace: z.string(),
    name: z.string(),
    label: z.string().openapi({ description: "What to write on it." }),
    intent: z.string().nullable().openapi({ description: "Id of the intent it came from; null when it is not ours." }),
    project: z.string().nullable().openapi({ description: "Id of the intent's project; null when there is none." }),
    state: topologyState,
    detail: z.string().openapi({ description: "Why it is in that state; may be empty when it is ok." }),
  })
  .openapi("TopologyNode");
export type TopologyNode = z.output<typeof topologyNode>;

/** Requests go from one node to another. */
const topologyEdge = z
  .object({
    from: z.string(),
    to: z.string(),
    weight: z
      .int()
      .nullable()
      .openapi({ description: "Weight among the backends of a rule; null where there is no choice, or several." }),
  })
  .openapi("TopologyEdge");

/** What requests pass in a cluster, as its objects have it. */
export const topologySchema = z
  .object({
    revision: revisionText.openapi({ description: "The revision of what Fairlead wrote there." }),
    observedAt: timestamp
      .nullable()
      .openapi({ description: "When the cluster last told of the rest; null: never, so backends are unknown." }),
    nodes: z.array(topologyNode).openapi({ description: "Sorted by type along the way of a request, then by id." }),
    edges: z.array(topologyEdge).openapi({ description: "Sorted." }),
    truncated: z.boolean().openapi({ description: "There is more than fits into one answer; endpoints go first." }),
  })
  .openapi("Topology");
/** What requests pass in a cluster, as its objects have it. */
export type Topology = z.output<typeof topologySchema>;
