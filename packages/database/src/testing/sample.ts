import type { ClusterId, OrganizationId, ProjectId } from "@fairlead/contract";
import { createCluster } from "../clusters.ts";
import type { Database } from "../database.ts";
import { createIntent, type Intent, type NewIntent } from "../intents.ts";
import { createProject } from "../projects.ts";
import type { WriteTransaction } from "../transaction.ts";

/** An organization with a project and two clusters. */
export interface Sample {
  readonly organization: OrganizationId;
  readonly project: ProjectId;
  readonly clusters: readonly [ClusterId, ClusterId];
}

/** Makes one; takes three revisions. */
export async function sampleOrganization(database: Database, name = "acme"): Promise<Sample> {
  const organization = await database.system.createOrganization({ name });
  return database.write(organization, "system", async (tx) => {
    const grants = [{ clusterSelector: {}, namespaces: ["*"] }];
    const project = await createProject(tx, { name: "shop", grants });
    const first = await createCluster(tx, { name: "one", labels: { region: "eu" } });
    const second = await createCluster(tx, { name: "two", labels: {} });
    return { organization, project: project.id, clusters: [first.id, second.id] };
  });
}

/** A route in the sample's project. */
export function routeInput(sample: Sample, overrides: Partial<NewIntent> = {}): NewIntent {
  return {
    kind: "HTTPRoute",
    apiVersion: "gateway.networking.k8s.io/v1",
    project: sample.project,
    namespace: "default",
    name: "reviews",
    labels: { team: "a" },
    annotations: { "example.com/note": "a" },
    placement: { clusterSelector: {} },
    spec: { rules: [{ backendRefs: [{ name: "reviews", port: 9080 }] }] },
    clusters: sample.clusters,
    ...overrides,
  };
}

/** Makes a route. */
export function makeRoute(tx: WriteTransaction, sample: Sample, overrides: Partial<NewIntent> = {}): Promise<Intent> {
  return createIntent(tx, routeInput(sample, overrides));
}
