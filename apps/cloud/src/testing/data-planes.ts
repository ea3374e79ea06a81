import type { ClusterId, DataPlane, OrganizationId } from "@fairlead/contract";
import { acquireLease, type Database, recordProgress } from "@fairlead/database";

/** Our own data plane, on the nodes' own addresses. */
export const ON_NODES: DataPlane = {
  kind: "bundled",
  ciliumClasses: false,
  ingress: { forceHttps: true, loadBalancerMode: "shared" },
  secretNamespaces: null,
  hostNetwork: {
    gateways: { matchLabels: {} },
    ingresses: { matchLabels: {}, sharedListenerPort: 8080 },
    envoyMetricsPort: 9964,
  },
};

/** A Cilium. */
export const CILIUM: DataPlane = {
  ...ON_NODES,
  kind: "cilium",
  ciliumClasses: true,
  hostNetwork: { gateways: null, ingresses: null, envoyMetricsPort: 9964 },
};

/** As a hub records what a connector has said of its data plane. */
export function tellDataPlane(
  database: Database,
  organization: OrganizationId,
  cluster: ClusterId,
  dataPlane: DataPlane,
): Promise<unknown> {
  return database.withTenant(organization, async (tx) => {
    const { fence } = await acquireLease(tx, { cluster, holder: "test", ttlMs: 60_000 });
    await recordProgress(tx, { cluster, fence, connectorVersion: "0.1.0-test", dataPlane });
  });
}
