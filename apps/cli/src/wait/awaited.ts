import type { ClusterId, ConvergenceStage, IntentKind } from "@fairlead/contract";
import { intentApi } from "../intents.ts";
import { label } from "../kinds.ts";
import type { Session } from "../session.ts";
import type { Awaited } from "./wait-for.ts";

/** An intent that is known by its id. */
export interface IntentHandle {
  readonly kind: IntentKind;
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
}

/** Waits for an intent's present revision. */
export function awaitIntent(
  session: Session,
  project: string,
  intent: IntentHandle,
  stage: ConvergenceStage = "proxied",
): Awaited {
  const { kind, id, name, namespace } = intent;
  return {
    title: label(kind, name, namespace),
    read: (waitMs) =>
      intentApi(session.client, kind).convergence({ params: { project, id }, query: { stage, waitMs } }),
  };
}

/** Waits for everything up to a revision; absent: the latest there is when asked. */
export function awaitRevision(
  session: Session,
  revision: string | undefined,
  stage: ConvergenceStage,
  cluster?: ClusterId | undefined,
): Awaited {
  return {
    title: revision === undefined ? "everything" : `revision ${revision}`,
    read: (waitMs) => session.client.convergence.get({ query: { stage, waitMs, revision, cluster } }),
  };
}
