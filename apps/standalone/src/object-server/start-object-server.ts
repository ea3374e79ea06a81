import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Clock, type Log, silentLog, systemClock } from "@fairlead/core";
import { ApiFailure, badRequest, noSuchPath } from "./api-failure.ts";
import { discovery } from "./discovery.ts";
import { EventSweeper } from "./event-sweeper.ts";
import { GarbageCollector } from "./garbage-collector.ts";
import { isRecord } from "./json-value.ts";
import { kindAt } from "./kind.ts";
import { ListPages } from "./list-pages.ts";
import { type Answer, ObjectHandler } from "./object-handler.ts";
import { ObjectStorage } from "./object-storage.ts";
import { ObjectWriter } from "./object-writer.ts";
import { openapi } from "./openapi.ts";
import { readBody } from "./request-body.ts";
import { parseObjectPath } from "./request-path.ts";
import { type TokenEntry, Tokens } from "./tokens.ts";

export interface ObjectServerOptions {
  /** Who may do everything. Without a known token only health and version are answered. */
  readonly tokens: readonly TokenEntry[];
  /** Folder of the journal; without one nothing outlives the process. */
  readonly dataDir?: string;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default: any free one. */
  readonly port?: number;
  /** Events kept per kind for watches that come late. Default 4096. */
  readonly historySize?: number;
  /** Between two bookmarks of a watch. Default 10,000 ms. */
  readonly bookmarkMs?: number;
  readonly clock?: Clock;
  readonly log?: Log;
}

/** A running object server. Disposing ends every connection and closes the journal. */
export interface ObjectServer extends AsyncDisposable {
  /** `http://<host>:<port>`. */
  readonly url: string;
  readonly port: number;
}

/** Starts the small API server of standalone mode. Throws `cache_corrupt` when its journal is damaged. */
export async function startObjectServer(options: ObjectServerOptions): Promise<ObjectServer> {
  const clock = options.clock ?? systemClock;
  const log = options.log ?? silentLog;
  const now = () => clock.now();
  const storage = new ObjectStorage({
    path: options.dataDir === undefined ? undefined : join(options.dataDir, "objects.journal"),
    historySize: options.historySize ?? 4096,
    now,
  });
  const collector = new GarbageCollector({ storage, now });
  const writer = new ObjectWriter({ storage, collector, now });
  createNamespaces(storage, writer);
  const sweeper = new EventSweeper({ storage, collector, now });
  const handler = new ObjectHandler({
    storage,
    writer,
    collector,
    pages: new ListPages(now),
    bookmarkMs: options.bookmarkMs ?? 10_000,
    now,
  });
  const front = new Front({ storage, handler, tokens: new Tokens(options.tokens), log });
  // Longer than clients keep idle connections, so that it is they who close them.
  const server = createServer(
    { keepAliveTimeout: 120_000 },
    (request, response) => void front.serve(request, response),
  );
  await listen(server, options.port ?? 0, options.host ?? "127.0.0.1");
  const { address, port } = addressOf(server);
  return {
    url: `http://${address.includes(":") ? `[${address}]` : address}:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      sweeper[Symbol.dispose]();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      storage[Symbol.dispose]();
    },
  };
}

/**
 * A kubeconfig for this server, as JSON (which is YAML too). The token is in the address as well, because kubectl
 * sends no token of a user over plain HTTP (clientcmd reads them only for TLS) but does send an address's password.
 */
export function objectServerKubeconfig(options: {
  readonly url: string;
  readonly token: string;
  readonly namespace?: string;
}): string {
  const { url, token, namespace = "default" } = options;
  const name = "fairlead";
  const server = new URL(url);
  server.username = name;
  server.password = token;
  return `${JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name, cluster: { server: server.href.replace(/\/$/, "") } }],
      users: [{ name, user: { token } }],
      contexts: [{ name, context: { cluster: name, user: name, namespace } }],
      "current-context": name,
    },
    null,
    2,
  )}\n`;
}

interface FrontOptions {
  readonly storage: ObjectStorage;
  readonly handler: ObjectHandler;
  readonly tokens: Tokens;
  readonly log: Log;
}

/** Everything before a request is known to be about objects, and how answers are written. */
class Front {
  readonly #options: FrontOptions;

  constructor(options: FrontOptions) {
    this.#options = options;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answer = await this.#answer(request, response);
      if (answer === undefined) return;
      // An answer is a promise: it is given when what it tells of is on disk.
      await this.#options.storage.durable();
      send(response, answer);
    } catch (error) {
      const failure =
        error instanceof ApiFailure ? error : new ApiFailure(500, "InternalError", "Internal error occurred");
      if (!(error instanceof ApiFailure)) this.#options.log.error("request failed", { path: request.url, error });
      if (response.headersSent) response.destroy();
      else send(response, { code: failure.status.code, json: JSON.stringify(failure.status) });
      // What was left of a body that was refused is not read.
      if (!request.complete) request.destroy();
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> {
    const url = request.url ?? "/";
    const mark = url.indexOf("?");
    const path = mark < 0 ? url : url.slice(0, mark);
    if (["/healthz", "/livez", "/readyz"].includes(path)) {
      response.writeHead(200, { "content-type": "text/plain" }).end("ok");
      return undefined;
    }
    if (path !== "/version" && this.#options.tokens.authenticate(request.headers.authorization) === undefined) {
      throw new ApiFailure(401, "Unauthorized", "Unauthorized");
    }
    if (path === "/apis/authentication.k8s.io/v1/tokenreviews" && request.method === "POST") {
      const body = await readBody(request);
      if (!isRecord(body)) throw badRequest("the body is not a TokenReview");
      return { code: 201, json: JSON.stringify(this.#options.tokens.review(body)) };
    }
    if (path === "/openapi/v2") return emptyOpenapi(request, response);
    const fixed = discovery(path) ?? openapi(path);
    if (fixed !== undefined) return { code: 200, json: JSON.stringify(fixed) };
    const object = parseObjectPath(path);
    if (object === undefined) throw noSuchPath();
    const query = new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
    return this.#options.handler.handle({ path: object, query, request, response });
  }
}

function send(response: ServerResponse, answer: Answer): void {
  const headers: Record<string, string | string[] | number> = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(answer.json),
  };
  if ((answer.warnings ?? []).length > 0) {
    headers.warning = (answer.warnings ?? []).map((text) => `299 - ${JSON.stringify(text)}`);
  }
  response.writeHead(answer.code, headers).end(answer.json);
}

/** kubectl asks for version 2 in protobuf; the empty document is a valid one. */
function emptyOpenapi(request: IncomingMessage, response: ServerResponse): Answer | undefined {
  if (request.headers.accept?.includes("protobuf") !== true) {
    return {
      code: 200,
      json: JSON.stringify({ swagger: "2.0", info: { title: "Kubernetes", version: "v1" }, paths: {} }),
    };
  }
  response.writeHead(200, { "content-type": "application/com.github.proto-openapi.spec.v2.v1.0+protobuf" }).end();
  return undefined;
}

function createNamespaces(storage: ObjectStorage, writer: ObjectWriter): void {
  const kind = kindAt("v1", "namespaces");
  for (const name of ["default", "kube-system"]) {
    if (kind === undefined || storage.get(kind, `/${name}`) !== undefined) continue;
    const request = {
      kind,
      namespace: undefined,
      name: undefined,
      subresource: undefined,
      manager: "object-server",
      dryRun: false,
      fieldValidation: "Ignore",
      force: false,
    } as const;
    writer.create(request, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the server has no port");
  return address;
}
