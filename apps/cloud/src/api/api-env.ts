import type { ClusterId, OrganizationId, TokenId } from "@fairlead/contract";
import type { Clock, Log } from "@fairlead/core";
import type { Database } from "@fairlead/database";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ClusterMeshes } from "../mesh/cluster-mesh.ts";
import type { EventFeed } from "./events/event-feed.ts";
import type { RequestMeter } from "./http/meter.ts";

/** Who a request speaks for. */
export interface Caller {
  readonly organization: OrganizationId;
  readonly token: TokenId;
  /** Name of the token. */
  readonly name: string;
}

/** What every request carries besides its own content. */
export interface ApiEnv {
  Variables: { requestId: string; caller: Caller };
}

/** The API's application, which resources register their operations on. */
export type ApiApp = OpenAPIHono<ApiEnv>;

/** What the API needs of its process. No handler keeps state between requests. */
export interface ApiDeps {
  readonly database: Database;
  readonly log: Log;
  readonly clock: Clock;
  /** What each cluster's agents make of its objects, kept from one request to the next; only a cache. */
  readonly meshes: ClusterMeshes;
  readonly meter: RequestMeter;
  /** What users own has changed and is committed. A hint: what it starts is also found without it. */
  readonly onWrite: (organization: OrganizationId) => void;
  /** A cluster was revoked, deleted or confirmed to be another, and that is committed: a socket that is no longer welcome must go, on whatever replica it is. */
  readonly onWelcomeChanged: (cluster: ClusterId) => Promise<void>;
  /** A token was revoked, and that is committed: its event streams must end, on whatever replica they are. */
  readonly onTokenRevoked: (token: TokenId) => Promise<void>;
  /** Opens event streams. */
  readonly events: Pick<EventFeed, "open">;
  /** Waits until the organization's reported state may have changed, or for so long at most. */
  readonly stateChanged: (organization: OrganizationId, timeoutMs: number, signal: AbortSignal) => Promise<void>;
  /** Where connectors dial, such as `wss://api.example.com/v1/tunnel`. */
  readonly tunnelUrl: string;
}
