import type { Client } from "@fairlead/client";
import type { PlanChangeInput } from "@fairlead/contract";

/** Changes in one plan: the most that it takes. */
const BATCH = 500;
/** What a busy machine may take for one of them; it is not what is measured. */
const PATIENCE_MS = 60_000;
/** No cluster has these labels: the bench measures the console, not how routes get to nodes. */
const placement = { clusterSelector: { matchLabels: { no: "cluster" } } };

/** Writes so many routes into the project named default, and gives its id. */
export async function fillProject(client: Client, routes: number, say: (line: string) => void): Promise<string> {
  const [project] = (await client.projects.list({ query: { name: "default" } })).items;
  if (project === undefined) throw new Error("standalone has a project named default");
  const params = { project: project.id };
  for (let from = 0; from < routes; from += BATCH) {
    say(`writing routes ${from + 1} and on, of ${routes}`);
    const changes = Array.from({ length: Math.min(BATCH, routes - from) }, (_, i) => change(from + i));
    const { base } = await client.plans.create({ params, body: { changes }, timeoutMs: PATIENCE_MS });
    await client.plans.apply({ params, body: { base, changes }, timeoutMs: PATIENCE_MS });
  }
  return project.id;
}

function change(index: number): PlanChangeInput {
  const team = `team-${index % 40}`;
  return {
    action: "apply",
    kind: "HTTPRoute",
    name: `route-${index}`,
    labels: { team },
    placement,
    spec: {
      parentRefs: [{ name: "gateway" }],
      hostnames: [`host-${index}.${team}.example`],
      rules: [{ backendRefs: [{ name: `service-${index % 700}`, port: 8080 }] }],
    },
  };
}
