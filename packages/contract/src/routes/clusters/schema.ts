import { z } from "@hono/zod-openapi";
import { idSchema } from "../../ids.ts";
import { displayName, labelsSchema, revisionText, timestamp } from "../../schemas/fields.ts";
import { strictObject } from "../../strict-object.ts";
import { dataPlaneSchema } from "./data-plane.ts";

/** A cluster as it is written. */
export const clusterInput = strictObject({ name: displayName, labels: labelsSchema.default({}) }).openapi(
  "ClusterInput",
);
/** A cluster as it is written. */
export type ClusterInput = z.output<typeof clusterInput>;

/**
 * How the connector's tunnel is. `connected`: heartbeats come in time. `late`: one is overdue. `stale`: dead after 2.5
 * intervals without one, or closed; what is known is as old as `ageMs`. `unknown`: it has never connected.
 */
export const connectionState = z.enum(["connected", "late", "stale", "unknown"]).openapi("ConnectionState");
/** How the connector's tunnel is. */
export type ConnectionState = z.output<typeof connectionState>;

/** What is known of the connector. */
const connectionSchema = z
  .object({
    state: connectionState,
    ageMs: z
      .int()
      .min(0)
      .nullable()
      .openapi({ description: "Milliseconds since the connector was last heard; null when never." }),
    lastSeenAt: timestamp.nullable(),
    connectorVersion: z.string().nullable(),
    kubernetesVersion: z.string().nullable(),
  })
  .openapi("Connection");

/** A node: `reporting` when its agent reports, `unknown` when it is a Node of the cluster that is silent. */
const clusterNode = z
  .object({ name: z.string(), state: z.enum(["reporting", "unknown"]), lastReportAt: timestamp.nullable() })
  .openapi("ClusterNode");

/** What the connector tells of the cluster besides what Fairlead wrote: Services, endpoints, classes, foreign routes. */
const clusterFacts = z
  .object({
    observedAt: timestamp.openapi({ description: "When the connector last confirmed them." }),
    leftOut: z.record(z.string(), z.int().min(1)).openapi({
      description: "How many objects did not fit into the cluster's quota, by kind: answers leave them out of account.",
      example: { EndpointSlice: 120 },
    }),
  })
  .openapi("ClusterFacts");

/**
 * Something to look at. `IdentityCopied`: a connector that holds this cluster's key was refused, because it runs in
 * another Kubernetes cluster (`OtherCluster`), or because it and the one that is connected put each other out in turn
 * (`SecondConnector`). `SharedKubernetesCluster`: another cluster of the organization is the same Kubernetes cluster.
 */
const clusterCondition = z
  .object({
    type: z.enum(["IdentityCopied", "SharedKubernetesCluster"]),
    status: z.literal("True"),
    reason: z.enum(["OtherCluster", "SecondConnector", "JoinedTwice"]),
    message: z.string().openapi({ description: "What it is and what to do." }),
    since: timestamp.nullable(),
    lastSeenAt: timestamp
      .nullable()
      .openapi({ description: "When a connector was last refused; it is shown for a day after, or until confirmed." }),
  })
  .openapi("ClusterCondition");
/** Something to look at. */
export type ClusterCondition = z.output<typeof clusterCondition>;

/** Which Kubernetes cluster a cluster is. */
export const clusterConfirmation = strictObject({
  kubeSystemUid: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[A-Za-z0-9-]+$/, "must be the uid of a namespace")
    .openapi({ description: "UID of its namespace kube-system.", example: "8f0c2a1e-5b7d-4c36-9e21-7d4a0b6c1f53" }),
}).openapi("ClusterConfirmation");

/** A Kubernetes cluster. */
export const clusterSchema = z
  .object({
    id: idSchema("clu"),
    name: z.string(),
    labels: labelsSchema,
    revision: revisionText,
    connection: connectionSchema,
    facts: clusterFacts.nullable().openapi({
      description: "null: the connector has told none, because it never joined or is too old to.",
    }),
    nodes: z.array(clusterNode).openapi({ description: "By name; none where nothing can be known of them." }),
    dataPlane: dataPlaneSchema.nullable().openapi({
      description: "null: the connector has not said, because it never joined or is too old to.",
    }),
    kubeSystemUid: z.string().nullable().openapi({
      description:
        "UID of its namespace kube-system, by which Kubernetes clusters are told apart; null until it has joined.",
    }),
    conditions: z.array(clusterCondition).openapi({ description: "What to look at; empty when all is well." }),
    revokedAt: timestamp
      .nullable()
      .openapi({ description: "Since when its connector is refused; null while it is welcome." }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi("Cluster");
/** A Kubernetes cluster. */
export type Cluster = z.output<typeof clusterSchema>;
