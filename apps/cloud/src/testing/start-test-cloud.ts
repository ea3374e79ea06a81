import type { ClusterId, OrganizationId, ProjectId } from "@fairlead/contract";
import { generateToken } from "@fairlead/contract/token-secret";
import { silentLog } from "@fairlead/core";
import {
  allClusters,
  type Database,
  migrate,
  openDatabase,
  readLiveManifest,
  readManifestDigests,
  readObjectsByDigest,
  runtimeUrl,
  takeRenderWork,
} from "@fairlead/database";
import { testDatabase } from "@fairlead/testkit";
import { type CloudConfig, ROLES } from "../process/config.ts";
import { type Cloud, startCloud } from "../process/start-cloud.ts";
import { renderOrganization } from "../worker/render-organization.ts";
import { TestApi } from "./test-api.ts";

/** A tenant and a client that speaks for it. */
export interface TestTenant {
  readonly organization: OrganizationId;
  readonly project: ProjectId;
  readonly token: string;
  readonly api: TestApi;
}

/** A cloud process with a PostgreSQL of its own. */
export interface TestCloud extends AsyncDisposable {
  readonly cloud: Cloud;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly ownerUrl: string;
  /** Another process on the same database. */
  replica(overrides?: Partial<CloudConfig>): Promise<Cloud>;
  /** The manifest digests of an organization's clusters, by id. */
  digests(organization: OrganizationId): Promise<string[]>;
  /** What a cluster's bundle holds once everything written so far is rendered. */
  objects(organization: OrganizationId, cluster: ClusterId): Promise<readonly { key: string; object: unknown }[]>;
  /** Runs something while nobody can render the organization; what is written meanwhile becomes one batch. */
  withoutRendering<T>(organization: OrganizationId, work: () => Promise<T>): Promise<T>;
  /** A new organization with a project that is granted everything. */
  tenant(name: string, cloud?: Cloud): Promise<TestTenant>;
}

const RUNTIME = { name: "fairlead_test", password: "test" };

/** Starts PostgreSQL and the cloud's process, all roles unless told otherwise. */
export async function startTestCloud(overrides: Partial<CloudConfig> = {}): Promise<TestCloud> {
  const server = await testDatabase({ migrate: (ownerUrl) => migrate({ ownerUrl, runtime: RUNTIME }) });
  const databaseUrl = runtimeUrl(server.ownerUrl, RUNTIME);
  const database = await openDatabase({ url: databaseUrl, max: 4 });
  const clouds: Cloud[] = [];
  const start = async (more: Partial<CloudConfig> = {}) => {
    const cloud = await startCloud({ ...defaults(databaseUrl), ...overrides, ...more }, silentLog);
    clouds.push(cloud);
    return cloud;
  };
  const cloud = await start();
  return {
    cloud,
    database,
    databaseUrl,
    ownerUrl: server.ownerUrl,
    replica: start,
    digests: (organization) =>
      database.withTenant(organization, async (tx) => {
        const ids = (await allClusters(tx)).map((cluster) => cluster.id);
        return [...(await readManifestDigests(tx, ids)).values()];
      }),
    objects: async (organization, id) => {
      await renderOrganization(database, organization);
      return database.withTenant(organization, async (tx) => {
        const manifest = await readLiveManifest(tx, id);
        const digests = [...new Set(manifest.rows.map(({ digest }) => digest))];
        const objects = await readObjectsByDigest(tx, id, digests);
        return objects.map(({ key, body }) => ({ key, object: JSON.parse(body) }));
      });
    },
    withoutRendering: (organization, work) =>
      database.withTenant(organization, async (tx) => {
        await takeRenderWork(tx);
        return work();
      }),
    tenant: async (name, at = cloud) => {
      const { id, hash, token } = generateToken("tok");
      const { organization, project } = await database.system.bootstrap({ organization: name, token: { id, hash } });
      return { organization, project, token: token.reveal(), api: new TestApi(at.url, token.reveal()) };
    },
    [Symbol.asyncDispose]: async () => {
      for (const one of clouds) await one.close(0);
      await database.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

function defaults(databaseUrl: string): CloudConfig {
  return {
    databaseUrl,
    databaseDirectUrl: undefined,
    databaseConnections: 8,
    roles: new Set(ROLES),
    host: "127.0.0.1",
    port: 0,
    adminPort: 0,
    publicUrl: undefined,
    consoleDirectory: undefined,
    queueUrl: undefined,
    queueEndpoint: undefined,
    eventStreams: 200,
    handshakes: 64,
    fullSyncs: 2,
  };
}
