import { randomUUID } from "node:crypto";
import type { ClusterId, OrganizationId, TokenId } from "@fairlead/contract";
import { createMetrics, type Log, systemClock } from "@fairlead/core";
import { type Database, openDatabase } from "@fairlead/database";
import { TUNNEL_PATH } from "@fairlead/tunnel";
import type { ApiApp } from "../api/api-env.ts";
import { createApi } from "../api/create-api.ts";
import { EventFeed } from "../api/events/event-feed.ts";
import { createRequestMeter } from "../api/http/meter.ts";
import { Hub } from "../hub/hub.ts";
import { type Announcement, StateAnnouncements } from "../hub/state-announcements.ts";
import { ClusterMeshes } from "../mesh/cluster-mesh.ts";
import { createSite } from "../site/site.ts";
import { bundleNotifications } from "../worker/bundle-notifications.ts";
import { hintMessages } from "../worker/hint-message.ts";
import { Relay } from "../worker/relay.ts";
import { openRenderQueue } from "../worker/render-queue.ts";
import { Worker } from "../worker/worker.ts";
import { createAdminApp } from "./admin-app.ts";
import type { CloudConfig } from "./config.ts";
import { type Listening, listen } from "./http-server.ts";
import { readSite } from "./read-site.ts";
import { StateChanges } from "./state-changes.ts";
import { serveTunnel } from "./tunnel-endpoint.ts";

/** A running process of the cloud. */
export interface Cloud {
  /** Where the API and the tunnel listen. */
  readonly url: string;
  /** Where metrics and health are. */
  readonly adminUrl: string;
  /** Finishes what is under way and stops; at most `graceMs` for requests. Default 5 000. */
  close(graceMs?: number): Promise<void>;
}

/** How long an API write waits for company before the relay looks, when the worker of this process already knows of it. */
const RELAY_GATHER_MS = 250;

/** Starts the roles of a process and wires them: what one process holds together needs no round trip to learn of. */
export async function startCloud(config: CloudConfig, log: Log): Promise<Cloud> {
  const { roles } = config;
  const metrics = createMetrics();
  const database = await openDatabase({
    url: config.databaseUrl,
    directUrl: config.databaseDirectUrl,
    max: config.databaseConnections,
    name: `fairlead-cloud ${[...roles].join(",")}`,
  });
  const closers: (() => Promise<void>)[] = [() => database.close()];
  const stopAll = async () => {
    for (const close of closers.toReversed()) await close();
  };
  try {
    const changes = new StateChanges();
    const queue = openRenderQueue(config, database, log);
    closers.push(() => queue.close());
    let hub: Hub | undefined;
    let worker: Worker | undefined;
    let events: EventFeed | undefined;

    const relay = new Relay({
      database,
      log,
      publish: (events) => queue.send(hintMessages(events)),
      gatherMs: roles.has("worker") ? RELAY_GATHER_MS : 0,
    });
    closers.push(() => relay.close());
    const onWrite = (organization: OrganizationId) => {
      worker?.hint(organization);
      events?.changed(organization);
      relay.poke();
    };
    const announcements = new StateAnnouncements(database, log, randomUUID());
    const learned = (what: Announcement, organization: OrganizationId, cluster: ClusterId) => {
      changes.announce(organization);
      events?.news(what, organization, cluster);
    };
    const tell = (what: Announcement) => (organization: OrganizationId, cluster: ClusterId) => {
      learned(what, organization, cluster);
      announcements.announce(what, organization, cluster);
    };
    closers.push(async () => announcements.close());
    if (roles.has("api")) {
      events = await EventFeed.start({ database, log, metrics, streamsPerOrganization: config.eventStreams });
      closers.push(() => events?.close() ?? Promise.resolve());
      const heard = await announcements.listen(learned);
      closers.push(() => heard.close());
    }

    if (roles.has("tunnel")) {
      hub = await Hub.start({
        database,
        log,
        metrics,
        onState: tell("state"),
        onConnection: tell("clusters"),
        onWrite,
        handshakes: config.handshakes,
        fullSyncs: config.fullSyncs,
      });
      closers.push(() => hub?.close() ?? Promise.resolve());
    }
    if (roles.has("worker")) {
      const notify = bundleNotifications(database, log, hub?.id ?? "none");
      worker = Worker.start({
        database,
        log,
        metrics,
        queue,
        onRendered: (organization, clusters) => {
          hub?.hint(clusters);
          notify(organization, clusters);
          changes.announce(organization);
        },
      });
      closers.push(() => worker?.close() ?? Promise.resolve());
    }

    let api: ApiApp | undefined;
    const site =
      roles.has("api") && config.consoleDirectory !== undefined
        ? createSite(readSite(config.consoleDirectory))
        : undefined;
    const answer = async (request: Request) => (await site?.(request)) ?? api?.fetch(request) ?? nothingHere();
    const server = await listen(answer, config.host, config.port);
    closers.push(() => server.close(0));
    if (events !== undefined) api = apiOf(events, tunnelUrlOf(config.publicUrl ?? urlOf(server)));
    if (hub !== undefined) serveTunnel(server.server, hub);
    const admin = createAdminApp(metrics, () => whyNotReady(database));
    const adminServer = await listen(admin.fetch, config.host, config.adminPort);
    closers.push(() => adminServer.close(0));
    log.info("cloud is up", { roles: [...roles], url: urlOf(server), adminUrl: urlOf(adminServer) });
    return {
      url: urlOf(server),
      adminUrl: urlOf(adminServer),
      close: async (graceMs = 5000) => {
        const requests = server.close(graceMs);
        // Streams would go on for ever: their readers go elsewhere now.
        await events?.close();
        await hub?.close();
        await requests;
        await stopAll();
      },
    };

    function apiOf(events: EventFeed, tunnelUrl: string): ApiApp {
      return createApi({
        database,
        log,
        clock: systemClock,
        meshes: new ClusterMeshes(),
        meter: createRequestMeter(metrics),
        onWrite,
        events,
        onTokenRevoked: async (token: TokenId) => {
          events.revoked(token);
          await database.notify("tokens", token);
        },
        onWelcomeChanged: async (cluster: ClusterId) => {
          await hub?.review(cluster);
          await database.notify("clusters", cluster);
        },
        stateChanged: (organization, timeoutMs, signal) => changes.wait(organization, timeoutMs, signal),
        tunnelUrl,
      });
    }
  } catch (error) {
    await stopAll();
    throw error;
  }
}

function nothingHere(): Response {
  return new Response(null, { status: 404 });
}

async function whyNotReady(database: Database): Promise<string | undefined> {
  try {
    await database.system.laggingOrganizations(1);
    return undefined;
  } catch {
    return "the database does not answer";
  }
}

function tunnelUrlOf(publicUrl: string): string {
  return `${publicUrl.replace(/^http/, "ws").replace(/\/$/, "")}${TUNNEL_PATH}`;
}

function urlOf({ host, port }: Listening): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
