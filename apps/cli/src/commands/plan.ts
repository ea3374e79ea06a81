import type { PlanChange, ProjectPlan } from "@fairlead/contract";
import { isIntentKind } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { readTargets, wordOf } from "../kinds.ts";
import { loadDesired } from "../manifest/load.ts";
import { print } from "../output/print.ts";
import { projectPlanText } from "../output/project-plan-text.ts";
import { writePlanFile } from "../plan-file.ts";
import type { Session } from "../session.ts";

export interface PlanCommandOptions {
  readonly files: readonly string[];
  readonly placement: string | undefined;
  /** `delete kind/name…`, or nothing. */
  readonly words: readonly string[];
  /** Of what `words` name. */
  readonly namespace: string;
  /** Delete what the manifests name. */
  readonly delete: boolean;
  /** Everything that is found in the clusters, not just what the plan brings about. */
  readonly all: boolean;
  /** Where to keep the plan for `apply --plan`. */
  readonly out: string | undefined;
}

/** How long a plan or its application may take, in milliseconds. */
export const PLAN_TIMEOUT_MS = 120_000;

/** `plan`: what a set of manifests, or of deletions, would do in every cluster, and what is worth saying about it. */
export async function plan(session: Session, options: PlanCommandOptions): Promise<ExitCode> {
  const changes = await changesOf(session, options);
  const project = await session.project();
  const planned = await session.client.plans.create({
    params: { project: project.id },
    query: { all: options.all },
    body: { changes: [...changes] },
    timeoutMs: PLAN_TIMEOUT_MS,
  });
  print(session.io, session.output, planned, (one) => projectPlanText(one, session.io.colour === true));
  if (options.out !== undefined) {
    await writePlanFile(session, options.out, { project: project.id, base: planned.base, changes });
    session.io.err(`kept in ${options.out}; carry it out with: fairlead apply --plan ${options.out}`);
  }
  return exitCodeOf(planned);
}

async function changesOf(session: Session, options: PlanCommandOptions): Promise<readonly PlanChange[]> {
  const { words, files, namespace } = options;
  const [verb, ...targets] = words;
  if (verb !== undefined && (verb !== "delete" || targets.length === 0 || files.length > 0)) {
    throw new MeshError("invalid_request", {
      public: "Say what to plan: -f FILE, --delete -f FILE, or delete kind/name.",
    });
  }
  if (verb === "delete") {
    return readTargets(targets).map(({ kind, name }): PlanChange => {
      if (!isIntentKind(kind) || name === undefined) {
        const word = wordOf(kind);
        throw new MeshError("invalid_request", {
          public: `The deletion of a ${word} cannot be planned; name a gateway, route or ingress.`,
        });
      }
      return { action: "delete", kind, namespace, name };
    });
  }
  const desired = await loadDesired(files, options.placement, session.io);
  return desired.map(
    ({ kind, input }): PlanChange =>
      options.delete
        ? { action: "delete", kind, namespace: input.namespace, name: input.name }
        : { action: "apply", kind, ...input },
  );
}

function exitCodeOf({ summary }: ProjectPlan): ExitCode {
  if (summary.errors > 0) return EXIT.findings;
  return summary.intents === 0 && summary.objects === 0 ? EXIT.ok : EXIT.changes;
}
