import {
  allClusters,
  allIntents,
  type Cluster,
  listProjects,
  type Project,
  placeOnCluster,
  type WriteTransaction,
} from "@fairlead/database";
import { decidePlacement } from "./decide-placement.ts";
import { asGrants } from "./grants.ts";
import { renderable } from "./renderable.ts";

/** After a cluster was made or relabelled: gives it the claims of exactly the intents that belong there now. */
export async function placeCluster(tx: WriteTransaction, cluster: Cluster): Promise<void> {
  await placeClusters(tx, [cluster], await allProjects(tx));
}

/** After a project's grants changed: the same for every cluster of the organization. */
export async function placeEverywhere(tx: WriteTransaction): Promise<void> {
  await placeClusters(tx, await allClusters(tx), await allProjects(tx));
}

async function placeClusters(
  tx: WriteTransaction,
  clusters: readonly Cluster[],
  projects: readonly Project[],
): Promise<void> {
  const grants = new Map(projects.map((project) => [project.id, asGrants(project)]));
  const intents = await allIntents(tx);
  for (const cluster of clusters) {
    const belonging = intents.filter((stored) => {
      const { placed } = decidePlacement(grants.get(stored.project) ?? [], renderable(stored), [cluster]);
      return placed.length > 0;
    });
    await placeOnCluster(
      tx,
      cluster.id,
      belonging.map((intent) => intent.id),
    );
  }
}

async function allProjects(tx: WriteTransaction): Promise<readonly Project[]> {
  const projects: Project[] = [];
  let page = await listProjects(tx, { limit: 200 });
  projects.push(...page.items);
  while (page.next !== undefined) {
    page = await listProjects(tx, { limit: 200, after: page.next });
    projects.push(...page.items);
  }
  return projects;
}
