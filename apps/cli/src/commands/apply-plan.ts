import type { AppliedPlan } from "@fairlead/contract";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { label } from "../kinds.ts";
import { print } from "../output/print.ts";
import { readPlanFile } from "../plan-file.ts";
import type { Session } from "../session.ts";
import { awaitRevision } from "../wait/awaited.ts";
import { type WaitOptions, waitFor } from "../wait/wait-for.ts";
import { PLAN_TIMEOUT_MS } from "./plan.ts";

const WORDS = { create: "created", update: "configured", delete: "deleted", none: "unchanged" } as const;

/** `apply --plan`: carries a kept plan out, all of it or nothing. */
export async function applyKeptPlan(
  session: Session,
  { file, wait }: { readonly file: string; readonly wait: WaitOptions | undefined },
): Promise<ExitCode> {
  const { project, base, changes } = await readPlanFile(session, file);
  const body = { base, changes: [...changes] };
  const done = await session.client.plans.apply({ params: { project }, body, timeoutMs: PLAN_TIMEOUT_MS });
  print(session.io, session.output, done, textOf);
  if (wait === undefined) return EXIT.ok;
  return (await waitFor([awaitRevision(session, done.revision, wait.stage)], wait, session.io)).code;
}

function textOf({ intents }: AppliedPlan): string {
  return intents
    .map(({ kind, name, namespace, change }) => `${label(kind, name, namespace)} ${WORDS[change]}`)
    .join("\n");
}
