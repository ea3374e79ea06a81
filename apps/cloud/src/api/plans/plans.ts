import { setImmediate } from "node:timers/promises";
import { routes } from "@fairlead/contract";
import { formatRevision, MeshError, parseRevision } from "@fairlead/core";
import { headRevision } from "@fairlead/database";
import { type PlanBasis, type PlanOptions, type PlanResult, planInSteps } from "@fairlead/intent";
import type { ApiApp, ApiDeps } from "../api-env.ts";
import { applyPlan } from "./apply-plan.ts";
import { presentPlan, refuseConflicts } from "./present-plan.ts";
import { readBasis } from "./read-basis.ts";

/** How long a plan computes before other requests get their turn, in milliseconds. */
const TURN_MS = 10;

/** Plans of a project: looked at, and carried out. */
export function registerPlans(app: ApiApp, deps: ApiDeps): void {
  const { database, clock } = deps;

  app.openapi(routes.plans.create, async (c) => {
    const { organization } = c.get("caller");
    const { project } = c.req.valid("param");
    const { changes } = c.req.valid("json");
    const { all: whole } = c.req.valid("query");
    // A snapshot, not the organization's lock: nobody's write waits for a plan, and the apply looks whether it still holds.
    const basis = await database.withTenant(
      organization,
      (tx) => readBasis(tx, project, changes, { nowMs: clock.now(), whole }),
      { snapshot: true },
    );
    const result = await planInTurns(basis.input, { whole });
    refuseConflicts(basis.input, result);
    return c.json(presentPlan(basis, result), 200);
  });

  app.openapi(routes.plans.apply, async (c) => {
    const { organization, token } = c.get("caller");
    const { project } = c.req.valid("param");
    const { base: text, changes } = c.req.valid("json");
    const base = parseRevision(text);
    if (base === undefined) throw new MeshError("invalid_field", { public: `base: ${text} is not a revision.` });
    const { applied, revision } = await database.write(organization, token, async (tx) => ({
      applied: await applyPlan(tx, project, base, changes),
      revision: await headRevision(tx),
    }));
    deps.onWrite(organization);
    const intents = applied.map(({ asked: { kind, namespace, name }, id, change, revision: at }) => ({
      kind,
      namespace,
      name,
      intent: id,
      change,
      revision: formatRevision(at),
    }));
    return c.json({ revision: formatRevision(revision), intents }, 200);
  });
}

/** Computes a plan without keeping the process from everything else. */
async function planInTurns(basis: PlanBasis, options: PlanOptions): Promise<PlanResult> {
  const steps = planInSteps(basis, options);
  let turn = performance.now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (performance.now() - turn < TURN_MS) continue;
    await setImmediate();
    turn = performance.now();
  }
}
