import { type Convergence, type ConvergenceStage, isIntentKind, type RollUp } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { intentApi, needIntent } from "../intents.ts";
import { readTargets, wordOf } from "../kinds.ts";
import { convergenceText } from "../output/convergence-text.ts";
import { print } from "../output/print.ts";
import { needCluster, type Session } from "../session.ts";
import { certificateWarnings } from "./certificates.ts";

export interface ConvergenceOptions {
  readonly words: readonly string[];
  readonly namespace: string;
  readonly revision: string | undefined;
  readonly cluster: string | undefined;
  readonly stage: ConvergenceStage;
}

/** `convergence`: the vector as it is now, of intents or of everything. */
export async function convergence(session: Session, options: ConvergenceOptions): Promise<ExitCode> {
  const targets = readTargets(options.words);
  const { stage, namespace } = options;
  const vectors: (Convergence | RollUp)[] = [];
  for (const { kind, name } of targets) {
    if (!isIntentKind(kind) || name === undefined) {
      throw new MeshError("invalid_request", {
        public: `There is no convergence of a ${wordOf(kind)}; name a gateway, httproute or ingress as kind/name.`,
      });
    }
    const project = (await session.project()).id;
    const { id } = await needIntent(session.client, { project, kind, namespace, name });
    vectors.push(
      await intentApi(session.client, kind).convergence({ params: { project, id }, query: { stage, waitMs: 0 } }),
    );
  }
  if (targets.length === 0) {
    const cluster = options.cluster === undefined ? undefined : (await needCluster(session.client, options.cluster)).id;
    vectors.push(await session.client.convergence.get({ query: { stage, cluster, revision: options.revision } }));
  }
  const [only] = vectors;
  if (vectors.length === 1 && only !== undefined) print(session.io, session.output, only, convergenceText);
  else print(session.io, session.output, vectors, (all) => all.map(convergenceText).join("\n\n"));
  await warnOfCertificates(session, vectors);
  return EXIT.ok;
}

/** On standard error, so that what is read by programs stays what it is. */
async function warnOfCertificates(session: Session, vectors: readonly (Convergence | RollUp)[]): Promise<void> {
  for (const vector of vectors) {
    const clusters = vector.clusters.map(({ cluster, name }) => ({ id: cluster, name }));
    const intent = "intent" in vector ? vector.intent : undefined;
    for (const line of await certificateWarnings(session, clusters, intent)) session.io.err(line);
  }
}
