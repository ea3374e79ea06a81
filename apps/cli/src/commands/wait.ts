import { type ConvergenceStage, isIntentKind } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import type { ExitCode } from "../exit-codes.ts";
import { needIntent } from "../intents.ts";
import { readTargets, wordOf } from "../kinds.ts";
import { print } from "../output/print.ts";
import { parseDuration } from "../output/time.ts";
import { needCluster, type Session } from "../session.ts";
import { awaitIntent, awaitRevision } from "../wait/awaited.ts";
import { type Awaited, type WaitOptions, waitFor } from "../wait/wait-for.ts";

export interface WaitCommandOptions extends WaitOptions {
  readonly words: readonly string[];
  readonly namespace: string;
  readonly all: boolean;
  readonly revision: string | undefined;
  readonly cluster: string | undefined;
}

/** `wait`: until intents, or everything up to a revision, have reached the stage on every node. */
export async function wait(session: Session, options: WaitCommandOptions): Promise<ExitCode> {
  const result = await waitFor(await awaitedOf(session, options), options, session.io);
  if (session.output !== "table") print(session.io, session.output, result.vectors, () => "");
  return result.code;
}

async function awaitedOf(session: Session, options: WaitCommandOptions): Promise<Awaited[]> {
  const targets = readTargets(options.words);
  if (options.all || options.revision !== undefined) {
    if (targets.length > 0)
      throw new MeshError("invalid_request", { public: "Give either kind/name or --all/--revision, not both." });
    const cluster = options.cluster === undefined ? undefined : (await needCluster(session.client, options.cluster)).id;
    return [awaitRevision(session, options.revision, options.stage, cluster)];
  }
  if (targets.length === 0) {
    throw new MeshError("invalid_request", {
      public: "Say what to wait for: kind/name, --revision REVISION or --all.",
    });
  }
  const project = (await session.project()).id;
  const awaited: Awaited[] = [];
  for (const { kind, name } of targets) {
    if (!isIntentKind(kind) || name === undefined) {
      throw new MeshError("invalid_request", {
        public: `Cannot wait for ${wordOf(kind)}${name === undefined ? " without a name" : ""}; name a gateway, httproute or ingress.`,
      });
    }
    const { namespace } = options;
    const { id } = await needIntent(session.client, { project, kind, namespace, name });
    awaited.push(awaitIntent(session, project, { kind, id, name, namespace }, options.stage));
  }
  return awaited;
}

/** Reads `--timeout` and `--stage`. */
export function readWaitOptions(timeout: string, stage: string): WaitOptions {
  const timeoutMs = parseDuration(timeout);
  if (timeoutMs === undefined) {
    throw new MeshError("invalid_field", {
      public: `--timeout: must be a duration such as 30s or 5m (got "${timeout}")`,
    });
  }
  return { timeoutMs, stage: readStage(stage) };
}

function readStage(text: string): ConvergenceStage {
  if (text === "applied" || text === "proxied") return text;
  throw new MeshError("invalid_field", { public: `--stage: must be applied or proxied (got "${text}")` });
}
