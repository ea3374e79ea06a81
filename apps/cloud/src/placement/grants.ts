import { type Grant, grantSchema } from "@fairlead/contract";
import type { Project } from "@fairlead/database";

/** A stored project's grants, as the pure code takes them. */
export function asGrants(project: Pick<Project, "grants">): Grant[] {
  return project.grants.map((grant) => grantSchema.parse(grant));
}
