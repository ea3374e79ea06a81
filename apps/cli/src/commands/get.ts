import { listAll } from "@fairlead/client";
import {
  type Cluster,
  formatLabelSelector,
  type IntentKind,
  isIntentKind,
  type Project,
  type RevisionEntry,
  type Token,
} from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { type AnyIntent, listIntents, needIntent } from "../intents.ts";
import { type Kind, readTargets, type Target, wordOf } from "../kinds.ts";
import { intentColumns } from "../output/intent-columns.ts";
import { print } from "../output/print.ts";
import { table } from "../output/table.ts";
import { age } from "../output/time.ts";
import { findProject, needCluster, type Session } from "../session.ts";
import { getCertificates, isCertificateWord } from "./certificates.ts";

export interface GetOptions {
  readonly words: readonly string[];
  /** Absent: lists show all namespaces, a single intent is looked for in `default`. */
  readonly namespace: string | undefined;
  /** Of revisions: only those of this id, only newer ones, how many. */
  readonly intent: string | undefined;
  readonly after: string | undefined;
  readonly limit: number;
}

/** `get`: lists of a kind, or things by name. */
export async function get(session: Session, options: GetOptions): Promise<ExitCode> {
  const [word, ...names] = options.words;
  if (isCertificateWord(word)) {
    await getCertificates(session, names, options.namespace);
    return EXIT.ok;
  }
  const targets = readTargets(options.words);
  const [first, ...rest] = targets;
  if (first === undefined) throw new MeshError("invalid_request", { public: "Say what to get: a kind, or kind/name." });
  if (first.name !== undefined && rest.length > 0 && rest.some((one) => one.kind !== first.kind)) {
    throw new MeshError("invalid_request", { public: "Get things of one kind at a time." });
  }
  await show(session, first.kind, targets, options);
  return EXIT.ok;
}

async function show(session: Session, kind: Kind, targets: readonly Target[], options: GetOptions): Promise<void> {
  const { client, io, output } = session;
  const now = io.clock.now();
  const names = targets.flatMap((target) => target.name ?? []);
  const items = <T>(all: readonly T[], text: (all: readonly T[]) => string) => {
    const one = names.length === 1 ? all[0] : undefined;
    print(io, output, one ?? { items: all }, () => (all.length === 0 ? `no ${wordOf(kind)} found` : text(all)));
  };
  if (isIntentKind(kind)) {
    const found = await intentsOf(session, kind, names, options.namespace);
    return items(found, (all) => table(...intentColumns(kind, all, now, session.settings.isWide)));
  }
  switch (kind) {
    case "Cluster": {
      const all =
        names.length > 0
          ? await each(names, (name) => needCluster(client, name))
          : await collect((cursor) => client.clusters.list({ query: { cursor } }));
      return items(all, (some) => clusterTable(some, now));
    }
    case "Project": {
      const all =
        names.length > 0
          ? await each(names, (name) => findProject(client, name))
          : await collect((cursor) => client.projects.list({ query: { cursor } }));
      return items(all, (some) => projectTable(some, now));
    }
    case "Token": {
      const all = await collect((cursor) => client.tokens.list({ query: { cursor } }));
      return items(all, (some) => tokenTable(some, now));
    }
    case "Revision": {
      if (names.length > 0)
        return items(
          await each(names, (revision) => client.revisions.get({ params: { revision } })),
          revisionTable(now),
        );
      const { intent, after, limit } = options;
      const page = await client.revisions.list({ query: { intent, after, limit } });
      return items(page.items, revisionTable(now));
    }
  }
}

async function intentsOf(
  session: Session,
  kind: IntentKind,
  names: readonly string[],
  namespace: string | undefined,
): Promise<AnyIntent[]> {
  const project = (await session.project()).id;
  if (names.length === 0) return listIntents(session.client, project, kind, namespace);
  return each(names, (name) => needIntent(session.client, { project, kind, namespace: namespace ?? "default", name }));
}

/** The table of clusters. */
export function clusterTable(clusters: readonly Cluster[], nowMs: number): string {
  return table(
    ["NAME", "CONNECTOR", "SEEN", "VERSION", "NODES", "LABELS", "ID"],
    clusters.map(({ name, connection, conditions, revokedAt, nodes, dataPlane, labels, id }) => [
      name,
      [revokedAt === null ? connection.state : "revoked", ...new Set(conditions.map(({ type }) => type))].join(","),
      age(connection.lastSeenAt, nowMs),
      connection.connectorVersion ?? "",
      dataPlane?.kind === "cilium" ? "cilium" : `${nodes.filter(isReporting).length}/${nodes.length}`,
      Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(","),
      id,
    ]),
  );
}

function isReporting({ state }: Cluster["nodes"][number]): boolean {
  return state === "reporting";
}

/** The table of API tokens. */
export function tokenTable(tokens: readonly Token[], nowMs: number): string {
  return table(
    ["NAME", "AGE", "EXPIRES", "STATE", "ID"],
    tokens.map(({ name, createdAt, expiresAt, revokedAt, id }) => {
      const expired = expiresAt !== null && Date.parse(expiresAt) <= nowMs;
      return [
        name,
        age(createdAt, nowMs),
        expiresAt ?? "never",
        revokedAt !== null ? "revoked" : expired ? "expired" : "usable",
        id,
      ];
    }),
  );
}

function projectTable(projects: readonly Project[], nowMs: number): string {
  return table(
    ["NAME", "GRANTS", "REVISION", "AGE", "ID"],
    projects.map(({ name, grants, revision, updatedAt, id }) => [
      name,
      grants.map((grant) => `${formatLabelSelector(grant.clusterSelector)} × ${grant.namespaces.join(",")}`).join("; "),
      revision,
      age(updatedAt, nowMs),
      id,
    ]),
  );
}

function revisionTable(nowMs: number): (entries: readonly RevisionEntry[]) => string {
  return (entries) =>
    table(
      ["REVISION", "AGE", "ACTION", "KIND", "NAMESPACE", "NAME", "BY"],
      entries.map(({ revision, at, action, kind, subject, namespace, name, actor }) => [
        revision,
        age(at, nowMs),
        action,
        kind ?? subject,
        namespace ?? "",
        name,
        actor,
      ]),
    );
}

async function collect<T>(
  page: (cursor: string | undefined) => Promise<{ readonly items: readonly T[]; readonly nextCursor: string | null }>,
): Promise<T[]> {
  const all: T[] = [];
  for await (const one of listAll(page)) all.push(one);
  return all;
}

async function each<T>(names: readonly string[], find: (name: string) => Promise<T>): Promise<T[]> {
  const found: T[] = [];
  for (const name of names) found.push(await find(name));
  return found;
}
