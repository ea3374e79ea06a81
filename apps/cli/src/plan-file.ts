import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describeProblem, fieldProblems, type PlanChange, planApplyInput } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { z } from "zod";
import type { Session } from "./session.ts";

/** A plan as `plan --out` keeps it. */
const planFile = z.strictObject({
  fairleadPlan: z.literal(1),
  apiUrl: z.string(),
  organization: z.string(),
  project: z.string(),
  base: planApplyInput.shape.base,
  changes: planApplyInput.shape.changes,
  digest: z.string(),
});

/** What a plan is carried out with. */
export interface KeptPlan {
  /** Id. */
  readonly project: string;
  readonly base: string;
  readonly changes: readonly PlanChange[];
}

/** Keeps a plan in a file, with where it belongs and a digest over all of it. */
export async function writePlanFile(
  session: Session,
  path: string,
  { project, base, changes }: KeptPlan,
): Promise<void> {
  const { organization } = await session.client.service.whoami();
  const content = {
    fairleadPlan: 1,
    apiUrl: session.settings.apiUrl,
    organization: organization.id,
    project,
    base,
    changes,
  };
  const text = `${JSON.stringify({ ...content, digest: digestOf(content) }, null, 2)}\n`;
  writeFileSync(resolve(session.io.cwd, path), text);
}

/**
 * Reads a plan that was kept. Throws `malformed_body` when it is none or was edited, and `invalid_request` when it is
 * another API's or organization's.
 */
export async function readPlanFile(session: Session, path: string): Promise<KeptPlan> {
  const value = readJson(resolve(session.io.cwd, path), path);
  const parsed = planFile.safeParse(value);
  if (!parsed.success) {
    const [first] = fieldProblems(parsed.error, value);
    throw new MeshError("malformed_body", {
      public: `${path} is not a plan that \`fairlead plan --out\` wrote: ${first ? describeProblem(first) : "it cannot be read"}`,
    });
  }
  const { digest, ...content } = parsed.data;
  if (digestOf(content) !== digest) {
    throw new MeshError("malformed_body", { public: `${path} was changed since it was written; plan again.` });
  }
  const { organization } = await session.client.service.whoami();
  const here = `${new URL(session.settings.apiUrl).origin}, organization ${organization.id}`;
  const there = `${new URL(content.apiUrl).origin}, organization ${content.organization}`;
  if (here !== there) {
    throw new MeshError("invalid_request", { public: `${path} is a plan for ${there}; this is ${here}.` });
  }
  return content;
}

function readJson(full: string, path: string): unknown {
  try {
    return JSON.parse(readFileSync(full, "utf8"));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? "it is not JSON" : "it cannot be opened";
    throw new MeshError("malformed_body", { public: `${path} cannot be read as a plan: ${why}.`, cause });
  }
}

function digestOf(content: object): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(content)))
    .digest("hex");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => [name, sorted(inner)]);
}
