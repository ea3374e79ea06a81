import { isIntentKind } from "@fairlead/contract";
import { compareRevisions, MeshError, parseRevision } from "@fairlead/core";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { findIntent, intentApi, isPlan } from "../intents.ts";
import { type Kind, label, readTargets, wordOf } from "../kinds.ts";
import { loadDesired } from "../manifest/load.ts";
import { findCluster, findProject, type Session } from "../session.ts";
import { awaitRevision } from "../wait/awaited.ts";
import { type WaitOptions, waitFor } from "../wait/wait-for.ts";

export interface DeleteOptions {
  readonly words: readonly string[];
  readonly files: readonly string[];
  readonly namespace: string;
  readonly dryRun: boolean;
  readonly ignoreNotFound: boolean;
  readonly wait: WaitOptions | undefined;
}

/** Something found that will be deleted. */
interface Doomed {
  readonly title: string;
  /** Gives the revision from which it is gone; undefined for a dry run. */
  remove(dryRun: boolean): Promise<string | undefined>;
}

/** `delete`: everything is looked up before the first deletion, so that a misspelt name deletes nothing. */
export async function remove(session: Session, options: DeleteOptions): Promise<ExitCode> {
  const wanted =
    options.files.length > 0
      ? (await loadDesired(options.files, undefined, session.io)).map(({ kind, input: { namespace, name } }) => ({
          kind,
          namespace,
          name,
        }))
      : readTargets(options.words).map(({ kind, name }) => ({
          kind,
          namespace: options.namespace,
          name: needName(kind, name),
        }));
  if (wanted.length === 0)
    throw new MeshError("invalid_request", { public: "Say what to delete: kind/name, or -f FILE." });
  const doomed: Doomed[] = [];
  for (const { kind, namespace, name } of wanted) {
    const found = await find(session, kind, namespace, name);
    if (found !== undefined) doomed.push(found);
    else if (!options.ignoreNotFound) {
      throw new MeshError("not_found", { public: `There is no ${label(kind, name, namespace)}; nothing was deleted.` });
    }
  }
  let last: string | undefined;
  for (const one of doomed) {
    last = newest(last, await one.remove(options.dryRun));
    session.io.out(`${one.title} deleted${options.dryRun ? " (dry run)" : ""}`);
  }
  if (options.wait === undefined || last === undefined) return EXIT.ok;
  return (await waitFor([awaitRevision(session, last, options.wait.stage)], options.wait, session.io)).code;
}

async function find(session: Session, kind: Kind, namespace: string, name: string): Promise<Doomed | undefined> {
  const { client } = session;
  if (isIntentKind(kind)) {
    const project = (await session.project()).id;
    const intent = await findIntent(client, { project, kind, namespace, name });
    if (intent === undefined) return undefined;
    const remove = async (dryRun: boolean) => {
      const answer = await intentApi(client, kind).delete({
        params: { project, id: intent.id },
        query: { dryRun },
        ifMatch: intent.revision,
      });
      return isPlan(answer) ? undefined : answer.revision;
    };
    return { title: label(kind, name, namespace), remove };
  }
  if (kind === "Cluster") {
    const cluster = await findCluster(client, name);
    if (cluster === undefined) return undefined;
    const args = { params: { cluster: cluster.id }, ifMatch: cluster.revision };
    const remove = async (dryRun: boolean) => (dryRun ? undefined : (await client.clusters.delete(args)).revision);
    return { title: label(kind, cluster.name), remove };
  }
  if (kind === "Project") {
    const project = await findProject(client, name).catch(absent);
    if (project === undefined) return undefined;
    const args = { params: { project: project.id }, ifMatch: project.revision };
    const remove = async (dryRun: boolean) => (dryRun ? undefined : (await client.projects.delete(args)).revision);
    return { title: label(kind, project.name), remove };
  }
  const instead = kind === "Token" ? "; revoke it with `fairlead token revoke`" : "";
  throw new MeshError("invalid_request", { public: `A ${wordOf(kind)} cannot be deleted${instead}.` });
}

function absent(error: unknown): undefined {
  if (error instanceof MeshError && error.code === "not_found") return undefined;
  throw error;
}

function needName(kind: Kind, name: string | undefined): string {
  if (name !== undefined) return name;
  throw new MeshError("invalid_request", { public: `Say which ${wordOf(kind)}: ${wordOf(kind)}/NAME.` });
}

function newest(a: string | undefined, b: string | undefined): string | undefined {
  const [x, y] = [parseRevision(a ?? ""), parseRevision(b ?? "")];
  if (x === undefined || y === undefined) return x === undefined ? b : a;
  return compareRevisions(x, y) >= 0 ? a : b;
}
