import { isIntentKind } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { intentApi, needIntent } from "../intents.ts";
import { readTargets, type Target, wordOf } from "../kinds.ts";
import { convergenceText } from "../output/convergence-text.ts";
import { print, toYaml } from "../output/print.ts";
import { findProject, needCluster, type Session } from "../session.ts";
import { certificateWarnings } from "./certificates.ts";

/** `describe`: everything about a thing; of intents also how far they have come. */
export async function describe(
  session: Session,
  options: { readonly words: readonly string[]; readonly namespace: string },
): Promise<ExitCode> {
  const targets = readTargets(options.words);
  if (targets.length === 0) throw new MeshError("invalid_request", { public: "Say what to describe: kind/name." });
  for (const target of targets) await describeOne(session, target, options.namespace);
  return EXIT.ok;
}

async function describeOne(session: Session, { kind, name }: Target, namespace: string): Promise<void> {
  const { client, io, output } = session;
  if (name === undefined)
    throw new MeshError("invalid_request", { public: `Say which ${wordOf(kind)}: ${wordOf(kind)}/NAME.` });
  if (isIntentKind(kind)) {
    const project = (await session.project()).id;
    const intent = await needIntent(client, { project, kind, namespace, name });
    const args = { params: { project, id: intent.id }, query: { stage: "proxied", waitMs: 0 } } as const;
    const convergence = await intentApi(client, kind).convergence(args);
    const all = { kind, ...intent, convergence };
    print(io, output, all, () => `${toYaml({ kind, ...intent })}\n\n${convergenceText(convergence)}`);
    const clusters = convergence.clusters.map(({ cluster, name }) => ({ id: cluster, name }));
    for (const line of await certificateWarnings(session, clusters, intent.id)) io.err(line);
    return;
  }
  switch (kind) {
    case "Cluster":
      return print(io, output, await needCluster(client, name), toYaml);
    case "Project":
      return print(io, output, await findProject(client, name), toYaml);
    case "Revision":
      return print(io, output, await client.revisions.get({ params: { revision: name } }), toYaml);
    case "Token":
      throw new MeshError("invalid_request", { public: "All there is to know of tokens is in `fairlead token list`." });
  }
}
