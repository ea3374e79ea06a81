import { idFromUuid, newId, type ProjectId, uuidFromId } from "@fairlead/contract";
import { MeshError, type Revision } from "@fairlead/core";
import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import { change, expectRevision, notFound } from "./change.ts";
import { brokenConstraint } from "./errors.ts";
import { type Page, type PageRequest, pageOf } from "./pages.ts";
import { intents, projectGrants, projects } from "./schema.ts";
import { HANDLE, rows, type TenantTransaction, type WriteTransaction } from "./transaction.ts";
import { json } from "./values.ts";

/** Where a project's intents may land: these namespaces (`*`: all) of the clusters the selector matches. */
export interface Grant {
  readonly clusterSelector: { readonly [field: string]: unknown };
  readonly namespaces: readonly string[];
}

/** A group of intents and what it may do. */
export interface Project {
  readonly id: ProjectId;
  readonly name: string;
  readonly grants: readonly Grant[];
  readonly revision: Revision;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What can be written of a project. */
export interface ProjectInput {
  readonly name: string;
  readonly grants: readonly Grant[];
}

/** Makes a project. Throws `already_exists` when the name is taken. */
export async function createProject(tx: WriteTransaction, input: ProjectInput): Promise<Project> {
  const id = newId("prj");
  return save(
    tx,
    "create",
    id,
    input,
    sql`
    insert into projects (organization_id, id, name, epoch, n)
    select ${tx[HANDLE].organization}::uuid, ${uuidFromId(id)}::uuid, ${input.name}::text, epoch, n from counter returning *`,
  );
}

/** Replaces what can be written of a project. Throws `not_found`, `revision_mismatch` or `already_exists`. */
export async function updateProject(
  tx: WriteTransaction,
  id: ProjectId,
  input: ProjectInput & { readonly expected: Revision },
): Promise<Project> {
  expectRevision("project", id, input.expected, (await getProject(tx, id)).revision);
  return save(
    tx,
    "update",
    id,
    input,
    sql`
    update projects set name = ${input.name}, epoch = counter.epoch, n = counter.n, updated_at = now()
    from counter where id = ${uuidFromId(id)}::uuid returning projects.*`,
  );
}

/** Removes a project. Throws `reference_in_use` while it has intents; gives the revision from which it is gone. */
export async function deleteProject(
  tx: WriteTransaction,
  id: ProjectId,
  input: { readonly expected: Revision },
): Promise<Revision> {
  const project = await getProject(tx, id);
  expectRevision("project", id, input.expected, project.revision);
  const [used] = await tx[HANDLE].db
    .select({ id: intents.id })
    .from(intents)
    .where(eq(intents.projectId, uuidFromId(id)))
    .limit(1);
  if (used !== undefined) {
    throw new MeshError("reference_in_use", {
      public: `The project ${id} still has gateways, routes or ingresses. Delete them first.`,
    });
  }
  const changed = await change(tx, {
    action: "delete",
    subject: "project",
    id,
    project: sql`changed.id`,
    body: json({ name: project.name, grants: project.grants }),
    statement: sql`delete from projects where id = ${uuidFromId(id)}::uuid returning *`,
  });
  if (changed === undefined) throw notFound("project", id);
  return changed.revision;
}

/** One project. Throws `not_found`. */
export async function getProject(tx: TenantTransaction, id: ProjectId): Promise<Project> {
  const [project] = await select(tx, eq(projects.id, uuidFromId(id)), 1);
  if (project === undefined) throw notFound("project", id);
  return project;
}

/** The organization's projects. */
export async function listProjects(
  tx: TenantTransaction,
  page: PageRequest<ProjectId> & { readonly name?: string | undefined },
): Promise<Page<Project, ProjectId>> {
  const after = page.after === undefined ? undefined : gt(projects.id, uuidFromId(page.after));
  const named = page.name === undefined ? undefined : eq(projects.name, page.name);
  return pageOf(await select(tx, and(after, named), page.limit + 1), page.limit);
}

async function select(tx: TenantTransaction, where: SQL | undefined, limit: number): Promise<Project[]> {
  const grants = sql<Grant[]>`coalesce((
    select jsonb_agg(jsonb_build_object('clusterSelector', g.cluster_selector, 'namespaces', g.namespaces) order by g.position)
    from ${projectGrants} g where g.project_id = ${projects.id}), '[]')`;
  const found = await tx[HANDLE].db
    .select({ row: projects, grants })
    .from(projects)
    .where(where)
    .orderBy(asc(projects.id))
    .limit(limit);
  return found.map(({ row, grants }) => ({
    id: idFromUuid("prj", row.id),
    name: row.name,
    grants,
    revision: { epoch: row.epoch, n: row.n },
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }));
}

async function save(
  tx: WriteTransaction,
  action: "create" | "update",
  id: ProjectId,
  { name, grants }: ProjectInput,
  statement: SQL,
): Promise<Project> {
  try {
    const changed = await change(tx, {
      action,
      subject: "project",
      id,
      project: sql`changed.id`,
      body: json({ name, grants }),
      statement,
    });
    if (changed === undefined) throw notFound("project", id);
    await saveGrants(tx, id, grants);
    return { id, name, grants, ...changed };
  } catch (error) {
    if (brokenConstraint(error) !== "projects_organization_id_name_key") throw error;
    throw new MeshError("already_exists", {
      public: `There is a project named ${name} already.`,
      fields: [{ field: "name", value: JSON.stringify(name), message: "must be unique in the organization" }],
    });
  }
}

async function saveGrants(tx: WriteTransaction, id: ProjectId, grants: readonly Grant[]): Promise<void> {
  await tx[HANDLE].db.delete(projectGrants).where(eq(projectGrants.projectId, uuidFromId(id)));
  await rows(
    tx,
    sql`
    insert into project_grants (organization_id, project_id, position, cluster_selector, namespaces)
    select ${tx[HANDLE].organization}::uuid, ${uuidFromId(id)}::uuid, item.position, item.value -> 'clusterSelector', item.value -> 'namespaces'
    from jsonb_array_elements(${json(grants)}) with ordinality as item (value, position)`,
  );
}
