import { etagOf, matchesSelector, type PlanChange, type ProjectId, placementSchema } from "@fairlead/contract";
import { compareRevisions, formatRevision, MeshError, type Revision } from "@fairlead/core";
import {
  headRevision,
  type Intent,
  intentsNamed,
  type Movement,
  movementsSince,
  type WriteTransaction,
} from "@fairlead/database";
import { create, type Placing, readPlacing, remove, replace, type Written } from "../intents/intent-writes.ts";
import { atChangeAsync } from "./at-change.ts";
import { absent } from "./read-basis.ts";

/** How many of the things that moved an error names. */
const NAMED = 10;

/** One change of a plan that was carried out. */
export interface AppliedChange extends Written {
  readonly asked: PlanChange;
  /** The intent before or after. */
  readonly id: string;
}

/**
 * Makes all changes of a plan in the transaction. Throws `revision_mismatch` when something the plan depends on has
 * changed since `base`, and what each of the writes throws, naming the change.
 */
export async function applyPlan(
  tx: WriteTransaction,
  project: ProjectId,
  base: Revision,
  changes: readonly PlanChange[],
): Promise<readonly AppliedChange[]> {
  const placing = await readPlacing(tx, project);
  const named = await intentsNamed(tx, changes);
  const stored = changes.map(({ kind, namespace, name }) =>
    named.find(
      (one) => one.project === project && one.kind === kind && one.namespace === namespace && one.name === name,
    ),
  );
  await requireUnmoved(tx, project, base, { changes, stored });
  const applied: AppliedChange[] = [];
  for (const [index, asked] of changes.entries()) {
    const before = stored[index];
    const written = await atChangeAsync(index, () => write(tx, { project, placing, index }, asked, before));
    applied.push({ ...written, asked, id: written.intent?.id ?? before?.id ?? "" });
  }
  return applied;
}

function write(
  tx: WriteTransaction,
  { project, placing, index }: { readonly project: ProjectId; readonly placing: Placing; readonly index: number },
  asked: PlanChange,
  before: Intent | undefined,
): Promise<Written> {
  if (asked.action === "delete") {
    if (before === undefined) throw absent(index, asked);
    return remove(tx, { project, kind: asked.kind, id: before.id }, etagOf(formatRevision(before.revision)));
  }
  const { action: _, kind, ...input } = asked;
  if (before === undefined) return create(tx, project, kind, input, placing);
  const ref = { project, kind, id: before.id };
  return replace(tx, ref, input, etagOf(formatRevision(before.revision)), placing);
}

async function requireUnmoved(
  tx: WriteTransaction,
  project: ProjectId,
  base: Revision,
  { changes, stored }: { readonly changes: readonly PlanChange[]; readonly stored: readonly (Intent | undefined)[] },
): Promise<void> {
  const head = await headRevision(tx);
  const at = formatRevision(base);
  if (base.epoch !== head.epoch || compareRevisions(base, head) > 0) {
    const why = base.epoch < head.epoch ? "a backup was restored since" : "the organization has not come so far";
    throw moved(`The plan was made at revision ${at}, but ${why}. Plan again.`, []);
  }
  const selectors = [
    ...changes.flatMap((one) => (one.action === "apply" ? [one.placement.clusterSelector] : [])),
    ...stored.flatMap((one) => (one === undefined ? [] : [placementSchema.parse(one.placement).clusterSelector])),
  ];
  const objects = changes.map(({ kind, namespace, name }) => ({ kind, namespace, name }));
  const movements = (await movementsSince(tx, base, { project, objects })).filter(
    ({ subject, labels }) =>
      subject !== "cluster" || labels.some((one) => selectors.some((selector) => matchesSelector(selector, one))),
  );
  if (movements.length === 0) return;
  const named = movements.slice(-NAMED).map(describe);
  const more = movements.length > named.length ? ` (and ${movements.length - named.length} before)` : "";
  throw moved(
    `Since the plan was made at revision ${at}: ${named.join(", ")}${more}. Plan again.`,
    movements.slice(-NAMED),
  );
}

function describe({ subject, kind, namespace, name, action, revision, actor }: Movement): string {
  const what = subject === "intent" ? `${kind} ${namespace}/${name}` : `${subject} ${name}`;
  return `${what}: ${action} at ${formatRevision(revision)} by ${actor}`;
}

function moved(text: string, movements: readonly Movement[]): MeshError {
  return new MeshError("revision_mismatch", {
    public: text,
    fields: movements.map((one) => ({
      field: "base",
      value: JSON.stringify(formatRevision(one.revision)),
      message: `must not be older than this change: ${describe(one)}`,
    })),
  });
}
