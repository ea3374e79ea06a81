/** "Any package of ours". */
const ANY = "any";

/**
 * Who may import whom, as ARCHITECTURE.md draws it. A workspace that is not listed may import nothing of ours,
 * and nothing imports from `apps/` or `examples/`. `testkit` is open to every test, never to production code
 * outside `apps/standalone` and `infra/`, which start real things themselves.
 */
export const importTable: Readonly<Record<string, readonly string[] | typeof ANY>> = {
  "apps/cloud": ANY,
  "apps/console": ["contract", "client"],
  "apps/cli": ["contract", "client", "core", "intent", "mesh-model", "policy", "envoy", "ipam", "kubernetes-types"],
  "apps/connector": ANY,
  "apps/operator": ANY,
  "apps/agent": ANY,
  "apps/standalone": ANY,
  "packages/core": [],
  "packages/contract": ["core"],
  "packages/client": ["contract", "core"],
  "packages/database": ["contract", "core"],
  "packages/queue": ["core", "database"],
  "packages/tunnel": ["core"],
  "packages/kubernetes-types": [],
  "packages/kubernetes": ["core", "kubernetes-types"],
  "packages/intent": ["contract", "kubernetes-types", "mesh-model", "envoy"],
  "packages/mesh-model": ["kubernetes-types"],
  "packages/mesh-settings": ["core", "mesh-model"],
  "packages/envoy": ["mesh-model", "policy"],
  "packages/xds": ["core", "envoy"],
  "packages/testkit": ["core"],
  "examples/bookinfo": [],
  "infra/helm": ["contract", "envoy"],
  "infra/lab": ["core", "testkit", "images"],
  "infra/images": ["testkit"],
  "infra/e2e": ["client", "images", "kubernetes", "kubernetes-types", "lab", "testkit"],
};

/** Libraries that only one workspace may touch, so that each can be replaced in one place. */
export const soleUsers: Readonly<Record<string, readonly string[]>> = {
  "drizzle-orm": ["packages/database"],
  postgres: ["packages/database"],
  koffi: ["packages/datapath"],
  "@aws-sdk/client-sqs": ["packages/queue"],
  esbuild: ["infra/images"],
  pino: ["packages/core"],
  "prom-client": ["packages/core"],
};

/** Packages that do no I/O: none of these modules may appear in their production code. */
export const purePackages: readonly string[] = [
  "packages/intent",
  "packages/mesh-model",
  "packages/envoy",
  "packages/tunnel",
];

/** What a pure package must not reach for. */
export const impureModules: readonly string[] = [
  "node:fs",
  "node:fs/promises",
  "node:net",
  "node:http",
  "node:http2",
  "node:https",
  "node:child_process",
  "node:timers",
  "node:timers/promises",
  "undici",
  "ws",
];

/** Whether the table lets `workspace` import the package `name` (without our scope). */
export function mayImport(workspace: string, name: string): boolean {
  const row = importTable[workspace];
  return row === ANY || (row?.includes(name) ?? false);
}
