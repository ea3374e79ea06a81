import { type Client, createClient, listAll } from "@fairlead/client";
import { type Cluster, idKind, type Project } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import type { Io } from "./io.ts";
import { type OutputFormat, readSettings, type Settings } from "./settings.ts";

/** What a command works with. */
export interface Session {
  readonly io: Io;
  readonly client: Client;
  readonly settings: Settings;
  readonly output: OutputFormat;
  /** The project that was asked for, else the only one there is. */
  project(): Promise<Project>;
}

/** Opens a session with the settings of flags, environment and files. Nothing is sent yet. */
export function openSession(flags: unknown, io: Io): Session {
  const settings = readSettings(flags, io);
  const client = createClient({ baseUrl: settings.apiUrl, token: settings.token, clock: io.clock });
  let found: Promise<Project> | undefined;
  const project = () => {
    found ??= findProject(client, settings.project);
    return found;
  };
  return { io, client, settings, output: settings.output, project };
}

/** The project with this id or name. Throws `not_found`. */
export async function findProject(client: Client, wanted: string | undefined): Promise<Project> {
  if (wanted !== undefined && idKind(wanted) === "prj") return client.projects.get({ params: { project: wanted } });
  const query = wanted === undefined ? {} : { name: wanted };
  const projects: Project[] = [];
  for await (const one of listAll((cursor) => client.projects.list({ query: { ...query, cursor } })))
    projects.push(one);
  const matching = wanted === undefined ? projects : projects.filter((one) => one.name === wanted);
  const [only, ...others] = matching;
  if (only === undefined) {
    throw new MeshError("not_found", {
      public: wanted === undefined ? "There is no project yet." : `There is no project "${wanted}".`,
    });
  }
  if (others.length > 0) {
    const names = matching
      .map((one) => one.name)
      .sort()
      .join(", ");
    throw new MeshError("invalid_request", {
      public: `There are several projects (${names}); choose one with --project.`,
    });
  }
  return only;
}

/** The cluster with this id or name; undefined when there is none. */
export async function findCluster(client: Client, wanted: string): Promise<Cluster | undefined> {
  if (idKind(wanted) === "clu") return client.clusters.get({ params: { cluster: wanted } });
  for await (const one of listAll((cursor) => client.clusters.list({ query: { name: wanted, cursor } }))) {
    if (one.name === wanted) return one;
  }
  return undefined;
}

/** As {@link findCluster}, but throws `not_found`. */
export async function needCluster(client: Client, wanted: string): Promise<Cluster> {
  const cluster = await findCluster(client, wanted);
  if (cluster === undefined) throw new MeshError("not_found", { public: `There is no cluster "${wanted}".` });
  return cluster;
}
