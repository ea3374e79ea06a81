import type { DataPlane } from "@fairlead/contract";
import { bigint, customType, integer, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import type { Labels } from "./labels.ts";
import type { ObjectProblem } from "./state.ts";

// The tables as queries see them. Keys, policies and constraints are in migrations/, the one place that makes them.

const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });
const organizationId = () => uuid("organization_id").notNull();
const revision = () => ({ epoch: integer("epoch").notNull(), n: bigint("n", { mode: "number" }).notNull() });
const lifecycle = () => ({ createdAt: time("created_at").notNull(), updatedAt: time("updated_at").notNull() });
const bytes = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });

/** A JSON object whose fields nobody here looks at. */
type JsonObject = { readonly [field: string]: unknown };

export const organizations = pgTable("organizations", {
  organizationId: organizationId(),
  name: text("name").notNull(),
  createdAt: time("created_at").notNull().defaultNow(),
});

export const revisionCounters = pgTable("revision_counters", { organizationId: organizationId(), ...revision() });

export const renderCursors = pgTable("render_cursors", { organizationId: organizationId(), ...revision() });

export const projects = pgTable("projects", {
  organizationId: organizationId(),
  id: uuid("id").notNull(),
  name: text("name").notNull(),
  ...revision(),
  ...lifecycle(),
});

export const projectGrants = pgTable("project_grants", {
  organizationId: organizationId(),
  projectId: uuid("project_id").notNull(),
  position: integer("position").notNull(),
  clusterSelector: jsonb("cluster_selector").$type<JsonObject>().notNull(),
  namespaces: jsonb("namespaces").$type<string[]>().notNull(),
});

export const clusters = pgTable("clusters", {
  organizationId: organizationId(),
  id: uuid("id").notNull(),
  name: text("name").notNull(),
  labels: jsonb("labels").$type<Labels>().notNull(),
  served: jsonb("served").$type<string[]>(),
  publicKey: bytes("public_key"),
  previousPublicKey: bytes("previous_public_key"),
  previousKeyUntil: time("previous_key_until"),
  kubeSystemUid: text("kube_system_uid"),
  joinedAt: time("joined_at"),
  revokedAt: time("revoked_at"),
  ...revision(),
  ...lifecycle(),
});

export const apiTokens = pgTable("api_tokens", {
  organizationId: organizationId(),
  id: uuid("id").notNull(),
  name: text("name").notNull(),
  sha256: text("sha256").notNull(),
  createdAt: time("created_at").notNull().defaultNow(),
  expiresAt: time("expires_at"),
  revokedAt: time("revoked_at"),
});

export const joinTokens = pgTable("join_tokens", {
  organizationId: organizationId(),
  id: uuid("id").notNull(),
  clusterId: uuid("cluster_id").notNull(),
  sha256: text("sha256").notNull(),
  createdAt: time("created_at").notNull().defaultNow(),
  expiresAt: time("expires_at").notNull(),
  usedAt: time("used_at"),
});

export const intents = pgTable("intents", {
  organizationId: organizationId(),
  id: uuid("id").notNull(),
  projectId: uuid("project_id").notNull(),
  kind: text("kind").notNull(),
  apiVersion: text("api_version").notNull(),
  namespace: text("namespace").notNull(),
  name: text("name").notNull(),
  labels: jsonb("labels").$type<Labels>().notNull(),
  annotations: jsonb("annotations").$type<Labels>().notNull(),
  placement: jsonb("placement").$type<JsonObject>().notNull(),
  driftPolicy: text("drift_policy", { enum: ["revert", "report"] }).notNull(),
  spec: jsonb("spec").$type<JsonObject>().notNull(),
  ...revision(),
  ...lifecycle(),
});

export const revisions = pgTable("revisions", {
  organizationId: organizationId(),
  ...revision(),
  at: time("at").notNull(),
  actor: text("actor").notNull(),
  action: text("action", { enum: ["create", "update", "delete"] }).notNull(),
  subject: text("subject", { enum: ["intent", "project", "cluster"] }).notNull(),
  subjectId: uuid("subject_id").notNull(),
  kind: text("kind"),
  projectId: uuid("project_id"),
  body: jsonb("body").$type<JsonObject>().notNull(),
});

export const clusterStates = pgTable("cluster_states", {
  organizationId: organizationId(),
  clusterId: uuid("cluster_id").notNull(),
  sentEpoch: integer("sent_epoch"),
  sentN: bigint("sent_n", { mode: "number" }),
  receivedEpoch: integer("received_epoch"),
  receivedN: bigint("received_n", { mode: "number" }),
  appliedEpoch: integer("applied_epoch"),
  appliedN: bigint("applied_n", { mode: "number" }),
  rejections: jsonb("rejections").$type<ObjectProblem[]>().notNull(),
  connectorVersion: text("connector_version"),
  dataPlane: jsonb("data_plane").$type<DataPlane>(),
  kubernetesVersion: text("kubernetes_version"),
  reportedAt: time("reported_at"),
});

export const nodeStates = pgTable("node_states", {
  organizationId: organizationId(),
  clusterId: uuid("cluster_id").notNull(),
  node: text("node").notNull(),
  epoch: integer("epoch"),
  n: bigint("n", { mode: "number" }),
  exceptions: jsonb("exceptions").$type<ObjectProblem[]>().notNull(),
  reportedAt: time("reported_at"),
});

export const hubLeases = pgTable("hub_leases", {
  organizationId: organizationId(),
  clusterId: uuid("cluster_id").notNull(),
  holder: text("holder").notNull(),
  fence: bigint("fence", { mode: "number" }).notNull(),
  seenAt: time("seen_at").notNull(),
  expiresAt: time("expires_at").notNull(),
});
