import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import type { Revision } from "@fairlead/core";
import {
  Bundle,
  type BundleEntry,
  type ConnectorEffect,
  type ConnectorEvent,
  ConnectorSession,
  type DataPlane,
  DEFAULT_LIMITS,
  decodeHubFrame,
  encodeFrame,
  type FactBook,
  type NodeState,
  rawPublicKey,
  type StageException,
  signProof,
  TUNNEL_SUBPROTOCOL,
} from "@fairlead/tunnel";
import { WebSocket } from "ws";

export interface TestConnectorOptions {
  /** Where the hub is, as the API gives it with a join token. */
  readonly url: string;
  readonly joinToken?: string;
  readonly clusterUid?: string;
  readonly serves?: readonly string[];
  /** What it says of its data plane; without it, it is too old to. */
  readonly dataPlane?: DataPlane;
  /** Objects it refuses to apply. */
  readonly rejects?: (key: string) => boolean;
  /** Nodes that serve whatever is applied. Default one, `node-a`. */
  readonly nodes?: readonly string[];
  /** Default ours. */
  readonly subprotocol?: string;
  /** What it tells of its cluster; a connector without it knows nothing of facts. */
  readonly facts?: FactBook;
  /** Opens the socket and says nothing. */
  readonly mute?: boolean;
}

/** What a connector keeps on disk. */
export interface TestIdentity {
  readonly privateKey: KeyObject;
  readonly publicKey: Uint8Array;
  clusterId: string | undefined;
}

/**
 * A connector with the product's own session and bundle, a real socket and a real key, but no Kubernetes behind it:
 * what it persists it also calls applied, and served by its nodes.
 */
export class TestConnector implements AsyncDisposable {
  readonly identity: TestIdentity;
  /** Stands for one run of the process. */
  readonly process = randomUUID();
  readonly bundle: Bundle;
  /** How the last session ended. */
  ended: { readonly code: string; readonly reason: string; readonly retryAfterMs: number } | undefined;
  /** Whether it reports what it has. Set to false to be a connector that hangs. */
  reports = true;
  /** Answers of the hub to an upgrade that was refused. */
  upgradeStatus: number | undefined;
  /** Close code of the last socket. */
  closeCode: number | undefined;
  /** Objects and tombstones that deltas brought. */
  received = 0;
  readonly #options: TestConnectorOptions;
  #socket: WebSocket | undefined;
  #session: ConnectorSession | undefined;
  #ticker: NodeJS.Timeout | undefined;

  constructor(options: TestConnectorOptions, identity?: TestIdentity, bundle?: Bundle) {
    this.#options = options;
    const { privateKey } = generateKeyPairSync("ed25519");
    this.identity = identity ?? { privateKey, publicKey: rawPublicKey(privateKey), clusterId: undefined };
    this.bundle = bundle ?? new Bundle();
  }

  /** Where it dials. */
  get url(): string {
    return this.#options.url;
  }

  /** Whether the socket is open, whatever the session. */
  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Whether the hub has opened the session. */
  get open(): boolean {
    return this.#session?.open ?? false;
  }

  /** What it holds of a key, as an object. */
  object(key: string):
    | {
        readonly apiVersion: string;
        readonly metadata: { readonly annotations: Record<string, string> };
        readonly spec: unknown;
      }
    | undefined {
    const entry = this.bundle.entries.get(key);
    return entry?.object === undefined ? undefined : JSON.parse(entry.object.body);
  }

  /** Opens a socket; the rest happens by itself. */
  connect(): void {
    const { url, joinToken, clusterUid = "uid-1", serves = [], subprotocol = TUNNEL_SUBPROTOCOL } = this.#options;
    const session = new ConnectorSession({
      identity: {
        clusterId: this.identity.clusterId,
        joinToken,
        publicKey: this.identity.publicKey,
        instance: "instance-1",
        process: this.process,
        clusterUid,
        connectorVersion: "0.1.0-test",
        serves,
        dataPlane: this.#options.dataPlane,
      },
      bundle: this.bundle,
      resync: false,
      ...(this.#options.facts && { facts: this.#options.facts }),
    });
    this.ended = undefined;
    const socket = new WebSocket(url, subprotocol);
    this.#session = session;
    this.#socket = socket;
    const feed = (event: ConnectorEvent) => {
      for (const effect of session.handle(event, performance.now())) this.#carryOut(effect, socket, feed);
    };
    socket.on("open", () => {
      if (this.#options.mute === true) return;
      feed({ type: "opened" });
      feed({ type: "factsReady" });
    });
    socket.on("message", (data: Buffer) =>
      feed({ type: "received", frame: decodeHubFrame(data, DEFAULT_LIMITS.maxFrameBytes) }),
    );
    socket.on("close", (code: number) => {
      this.closeCode = code;
      feed({ type: "disconnected" });
    });
    socket.on("unexpected-response", (_request, response) => {
      this.upgradeStatus = response.statusCode;
      socket.terminate();
    });
    socket.on("error", () => {});
    clearInterval(this.#ticker);
    this.#ticker = setInterval(() => feed({ type: "tick" }), 100);
  }

  /** Facts changed in its book. */
  factsChanged(keys: readonly string[]): void {
    const [session, socket] = [this.#session, this.#socket];
    if (session === undefined || socket === undefined) return;
    const feed = (event: ConnectorEvent) => {
      for (const effect of session.handle(event, performance.now())) this.#carryOut(effect, socket, feed);
    };
    feed({ type: "factsChanged", keys });
  }

  /** Sends bytes as they are, past the session. */
  sendRaw(data: Uint8Array | string): void {
    this.#socket?.send(data);
  }

  /** Reports how far it and its nodes are. */
  report(applied: Revision, exceptions: readonly StageException[] = [], nodes: readonly NodeState[] = []): void {
    const now = Date.now();
    const session = this.#session;
    const socket = this.#socket;
    if (session === undefined || socket === undefined) return;
    const feed = (event: ConnectorEvent) => {
      for (const effect of session.handle(event, performance.now())) this.#carryOut(effect, socket, feed);
    };
    const cluster = { type: "clusterState", applied, set: exceptions, clear: [], complete: true, at: now } as const;
    feed({ type: "report", frame: cluster });
    feed({ type: "report", frame: { type: "nodeStates", nodes, complete: true, names: nodes.map((one) => one.node) } });
  }

  /** Cuts the connection without a word. */
  cut(): void {
    this.#socket?.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#ticker);
    this.#socket?.terminate();
  }

  #carryOut(effect: ConnectorEffect, socket: WebSocket, feed: (event: ConnectorEvent) => void): void {
    const { privateKey } = this.identity;
    switch (effect.type) {
      case "send":
        if (socket.readyState === socket.OPEN) socket.send(encodeFrame(effect.frame));
        break;
      case "close":
        socket.close();
        break;
      case "saveClusterId":
        this.identity.clusterId = effect.clusterId;
        break;
      case "sign":
        feed({ type: "signed", signature: signProof(privateKey, effect.nonce, effect.clusterId) });
        break;
      case "persist":
        this.received += effect.plan.changes.length;
        this.bundle.commit(effect.plan);
        feed({ type: "persisted", plan: effect.plan });
        this.#reportAll();
        break;
      case "sessionOpen":
        this.#reportAll();
        break;
      case "resync":
        break;
      case "ended":
        this.ended = effect;
        break;
      default:
        effect satisfies never;
    }
  }

  #reportAll(): void {
    if (!this.reports) return;
    const { rejects = () => false, nodes = ["node-a"] } = this.#options;
    const refused = [...this.bundle.entries].filter(([key, entry]) => entry.object !== undefined && rejects(key));
    this.report(
      this.bundle.through,
      refused.map(([key, entry]) => rejection(key, entry)),
      nodes.map((node) => serving(node, this.bundle.through)),
    );
  }
}

function rejection(key: string, { revision }: BundleEntry): StageException {
  const why = { reason: "invalid", field: "spec.rules[0]", message: "the API server refused it" };
  return { key, revision, stage: "applied", state: "rejected", ...why, at: Date.now() };
}

function serving(node: string, watermark: Revision): NodeState {
  const none = { set: [], clear: [], unknownSince: undefined, removed: false };
  return { node, watermark, ...none, complete: true, at: Date.now() };
}
