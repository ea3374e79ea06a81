import type { IntentInput, ProjectId } from "@fairlead/contract";
import { MeshError, type Revision } from "@fairlead/core";
import {
  allClusters,
  type Cluster,
  createIntent,
  deleteIntent,
  getIntent,
  getProject,
  type Intent,
  type IntentKind,
  type IntentRef,
  updateIntent,
  type WriteTransaction,
} from "@fairlead/database";
import { canonicalJson, KINDS } from "@fairlead/intent";
import { decidePlacement, requireGrant } from "../../placement/decide-placement.ts";
import { asGrants } from "../../placement/grants.ts";
import { expectedRevision } from "../http/expected-revision.ts";

/** An intent after a write, with what the preview tells besides. */
export interface Written {
  /** Absent after a delete. */
  readonly intent: Intent | undefined;
  readonly change: "create" | "update" | "delete" | "none";
  /** The revision of the change; of the intent when nothing changed. */
  readonly revision: Revision;
  /** Selected clusters where the project is not granted the namespace. */
  readonly excluded: readonly Cluster[];
}

/** What decides where a project's intents go; many writes in one transaction read it once. */
export interface Placing {
  readonly grants: ReturnType<typeof asGrants>;
  readonly clusters: readonly Cluster[];
}

/** Makes an intent and claims its object in every cluster it goes to. */
export async function create(
  tx: WriteTransaction,
  project: ProjectId,
  kind: IntentKind,
  input: IntentInput,
  placing?: Placing,
): Promise<Written> {
  const { clusters, excluded } = whereTo(placing ?? (await readPlacing(tx, project)), input);
  const apiVersion = preferredVersion(kind);
  const intent = await createIntent(tx, { ...input, kind, apiVersion, project, clusters });
  return { intent, change: "create", revision: intent.revision, excluded };
}

/** Replaces an intent's labels, annotations, placement, drift policy and spec. The same content again is no change and takes no revision. */
export async function replace(
  tx: WriteTransaction,
  ref: IntentRef,
  input: IntentInput,
  ifMatch: string | undefined,
  placing?: Placing,
): Promise<Written> {
  const current = await getIntent(tx, ref);
  const expected = await expectedRevision(ifMatch, async () => current.revision);
  for (const field of ["name", "namespace"] as const) {
    if (input[field] === current[field]) continue;
    throw new MeshError("invalid_field", {
      public: `${field}: cannot change from ${current[field]} to ${input[field]}; delete the intent and create another.`,
      fields: [{ field, value: JSON.stringify(input[field]), message: `must stay ${current[field]}` }],
    });
  }
  const { clusters, excluded } = whereTo(placing ?? (await readPlacing(tx, ref.project)), input);
  const { labels, annotations, placement, driftPolicy, spec } = input;
  const same =
    expected.epoch === current.revision.epoch && expected.n === current.revision.n && sameContent(input, current);
  if (same) return { intent: current, change: "none", revision: current.revision, excluded };
  const apiVersion = preferredVersion(ref.kind);
  const content = { apiVersion, labels, annotations, placement, driftPolicy, spec };
  const intent = await updateIntent(tx, ref, { ...content, clusters, expected });
  return { intent, change: "update", revision: intent.revision, excluded };
}

/** Deletes an intent; its objects leave the clusters. */
export async function remove(tx: WriteTransaction, ref: IntentRef, ifMatch: string | undefined): Promise<Written> {
  const expected = await expectedRevision(ifMatch, async () => (await getIntent(tx, ref)).revision);
  const revision = await deleteIntent(tx, ref, { expected });
  return { intent: undefined, change: "delete", revision, excluded: [] };
}

/** Reads what decides where a project's intents go. */
export async function readPlacing(tx: WriteTransaction, projectId: ProjectId): Promise<Placing> {
  const [project, clusters] = await Promise.all([getProject(tx, projectId), allClusters(tx)]);
  return { grants: asGrants(project), clusters };
}

function whereTo({ grants, clusters }: Placing, input: IntentInput) {
  const decision = decidePlacement(grants, input, clusters);
  requireGrant(grants, input, decision);
  return { clusters: decision.placed.map((cluster) => cluster.id), excluded: decision.excluded };
}

function sameContent(input: IntentInput, current: Intent): boolean {
  const ours = ({
    labels,
    annotations,
    placement,
    driftPolicy,
    spec,
  }: Pick<Intent, "labels" | "annotations" | "placement" | "driftPolicy" | "spec">) =>
    JSON.parse(JSON.stringify({ labels, annotations, placement, driftPolicy, spec }));
  return canonicalJson(ours(input)) === canonicalJson(ours(current));
}

function preferredVersion(kind: IntentKind): string {
  return `${KINDS[kind].group}/${KINDS[kind].versions[0]}`;
}
