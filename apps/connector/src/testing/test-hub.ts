import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { MeshError, type Revision } from "@fairlead/core";
import {
  type BundleKey,
  type ConnectorFrame,
  DEFAULT_FACTS_QUOTA,
  decodeConnectorFrame,
  encodeFrame,
  type FactsFrame,
  type HubEffect,
  type HubEvent,
  HubSession,
  type HubSessionOptions,
  type NodeState,
  type StageException,
  TUNNEL_PATH,
  TUNNEL_SUBPROTOCOL,
} from "@fairlead/tunnel";
import { SimulatedCloud } from "@fairlead/tunnel/testing";
import { type WebSocket, WebSocketServer } from "ws";

export interface TestHubOptions {
  readonly port?: number;
  readonly cloud?: SimulatedCloud;
  readonly session?: HubSessionOptions;
  readonly keys?: Map<string, Uint8Array>;
}

/** A hub on a real socket with the real session, and a bundle in memory where the database would be. */
export class TestHub implements AsyncDisposable {
  readonly cloud: SimulatedCloud;
  /** Public keys by cluster id. */
  readonly keys: Map<string, Uint8Array>;
  readonly received: ConnectorFrame[] = [];
  readonly ends: { code: string; reason: string }[] = [];
  readonly exceptions = new Map<BundleKey, StageException>();
  readonly nodes = new Map<string, NodeState>();
  applied: Revision = { epoch: 0, n: 0 };
  /** UID of the Kubernetes cluster a connector has to be in; undefined: any. */
  home: string | undefined;
  /** What the connector told of its cluster, and the digest it gave with it. */
  readonly facts = new Map<BundleKey, string>();
  factsDigest = "";
  /** Messages with facts. */
  factFrames = 0;
  sessions = 0;
  resyncs = 0;
  readonly #session: HubSessionOptions;
  readonly #server: Server;
  readonly #sockets = new Set<{ readonly socket: WebSocket; readonly session: HubSession }>();

  private constructor(server: Server, options: TestHubOptions) {
    this.#server = server;
    this.#session = options.session ?? {};
    this.cloud = options.cloud ?? new SimulatedCloud();
    this.keys = options.keys ?? new Map();
  }

  static async start(options: TestHubOptions = {}): Promise<TestHub> {
    const server = createServer();
    const sockets = new WebSocketServer({ server, path: TUNNEL_PATH, handleProtocols: () => TUNNEL_SUBPROTOCOL });
    const hub = new TestHub(server, options);
    sockets.on("connection", (socket) => hub.#connected(socket));
    await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
    return hub;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** One commit, and the hint of it. */
  write(changes: readonly (readonly [string, object | undefined])[]): void {
    this.cloud.write(changes.map(([key, value]) => [key, value === undefined ? undefined : JSON.stringify(value)]));
    this.hint();
  }

  hint(): void {
    for (const one of this.#sockets) this.#feed(one, { type: "hint" });
  }

  /** Ends every session, as a revocation does. */
  stop(code: "cluster_revoked" | "unavailable", retryAfterMs: number): void {
    for (const one of this.#sockets) this.#feed(one, { type: "stop", code, reason: "stopped", retryAfterMs });
  }

  /** Sends bytes as they are. */
  sendRaw(data: Uint8Array | string): void {
    for (const { socket } of this.#sockets) socket.send(data);
  }

  /** Cuts every connection without a word. */
  cut(): void {
    for (const { socket } of this.#sockets) socket.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #connected(socket: WebSocket): void {
    const one = { socket, session: new HubSession(this.#session) };
    this.#sockets.add(one);
    const ticker = setInterval(() => this.#feed(one, { type: "tick" }), 50);
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      clearInterval(ticker);
      this.#sockets.delete(one);
      this.#feed(one, { type: "disconnected" });
    });
    socket.on("message", (data) => {
      if (!Buffer.isBuffer(data)) return;
      try {
        const frame = decodeConnectorFrame(data);
        this.received.push(frame);
        this.#feed(one, { type: "received", frame });
      } catch (error) {
        this.#feed(one, { type: "invalid", error: MeshError.from(error) });
      }
    });
    this.#feed(one, { type: "opened", nonce: randomBytes(32) });
  }

  #feed(one: { readonly socket: WebSocket; readonly session: HubSession }, event: HubEvent): void {
    const answer = (reply: HubEvent | undefined) => {
      if (reply !== undefined) setImmediate(() => this.#feed(one, reply));
    };
    for (const effect of one.session.handle(event, performance.now())) {
      if (effect.type === "send") one.socket.send(encodeFrame(effect.frame));
      else if (effect.type === "close") one.socket.close(1000);
      else answer(this.#answer(effect));
    }
  }

  #answer(effect: HubEffect): HubEvent | undefined {
    switch (effect.type) {
      case "enroll": {
        const refused = { type: "refused", code: "join_token_invalid", reason: "no", retryAfterMs: 50 } as const;
        if (effect.frame.joinToken !== "jt_good") return refused;
        this.keys.set("clu_test", effect.frame.publicKey);
        return { type: "enrolled", clusterId: "clu_test" };
      }
      case "identify":
        return { type: "identified", publicKey: this.keys.get(effect.clusterId) };
      case "admit":
        if (this.home !== undefined && this.home !== effect.hello.clusterUid) {
          return { type: "refused", code: "cluster_cloned", reason: "another cluster", retryAfterMs: 50 };
        }
        return { type: "admitted", revision: this.cloud.revision };
      case "sessionOpen":
        this.sessions += 1;
        return undefined;
      case "loadChanges":
        return this.cloud.loadChanges(effect.after, effect.limit);
      case "loadManifest":
        this.resyncs += 1;
        return this.cloud.loadManifest();
      case "loadBodies":
        return this.cloud.loadBodies(effect.digests);
      case "acked":
        this.cloud.acked = effect.through;
        return undefined;
      case "clusterState":
        this.applied = effect.state.applied;
        if (effect.state.complete) this.exceptions.clear();
        for (const key of effect.state.clear) this.exceptions.delete(key);
        for (const exception of effect.state.set) this.exceptions.set(exception.key, exception);
        return undefined;
      case "nodeStates":
        for (const state of effect.state.nodes) this.nodes.set(state.node, state);
        return undefined;
      case "loadFacts":
        return { type: "factsLoaded", digest: this.factsDigest, quota: DEFAULT_FACTS_QUOTA };
      case "storeFacts":
        return this.#store(effect.facts);
      case "ended":
        this.ends.push({ code: effect.code, reason: effect.reason });
        return undefined;
      default:
        return undefined;
    }
  }

  #store(facts: FactsFrame): HubEvent {
    const { upserts, removals, range, digest } = facts;
    this.factFrames += 1;
    if (range !== undefined) {
      for (const key of [...this.facts.keys()]) {
        if (key > range.after && (range.through === undefined || key <= range.through)) this.facts.delete(key);
      }
    }
    for (const key of removals) this.facts.delete(key);
    for (const { key, body } of upserts) this.facts.set(key, body);
    this.factsDigest = digest;
    return { type: "factsStored", facts, refused: false };
  }
}
