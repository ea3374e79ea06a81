import { randomBytes } from "node:crypto";
import type { ClusterId } from "@fairlead/contract";
import { type ErrorCode, formatRevision, type Log, MeshError } from "@fairlead/core";
import {
  DEFAULT_LIMITS,
  decodeConnectorFrame,
  encodeFrame,
  type HubEffect,
  type HubEvent,
  type HubFrame,
  HubSession,
  type HubSessionOptions,
} from "@fairlead/tunnel";
import type { RawData, WebSocket } from "ws";
import type { Admission, Admitted } from "./admission.ts";
import type { HubMetrics } from "./hub-metrics.ts";

/** Unsent bytes beyond which a peer is too slow to keep: the window alone never comes near it. */
const MAX_BUFFERED_BYTES = 32 * 1024 * 1024;

export interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly admission: Admission;
  readonly session: HubSessionOptions;
  readonly metrics: HubMetrics;
  readonly log: Log;
  /** The connector has proved who it is and may go on. Every other connection of the cluster must end. */
  readonly onAdmitted: (connection: Connection, cluster: ClusterId, fence: number) => void;
  /** The connection is over. Comes once. */
  readonly onEnded: (connection: Connection) => void;
}

/** One WebSocket of the tunnel: carries out what its {@link HubSession} decides. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #session: HubSession;
  #admitted: Admitted | undefined;
  #heardAt = performance.now();
  #over = false;
  #closed: Promise<void> = Promise.resolve();

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#session = new HubSession(options.session);
    const { socket } = options;
    socket.on("message", (data, isBinary) => this.#message(data, isBinary));
    socket.on("close", () => this.#feed({ type: "disconnected" }));
    socket.on("error", (error) => this.#feed({ type: "invalid", error: socketError(error) }));
    this.#feed({ type: "opened", nonce: randomBytes(32) });
  }

  /** Undefined until the connector has proved who it is. */
  get cluster(): ClusterId | undefined {
    return this.#admitted?.cluster;
  }

  /** The lease under which it writes; undefined until admitted. */
  get admitted(): Admitted | undefined {
    return this.#admitted;
  }

  /** Whether the handshake is over. */
  get open(): boolean {
    return this.#session.open;
  }

  /** When the connector last sent anything, on the scale of `performance.now()`. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Resolves once its last state is written and its lease given back; to be asked for after it ended. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** The cluster's bundle may have changed. */
  hint(): void {
    this.#feed({ type: "hint" });
  }

  /** Time passed. */
  tick(): void {
    this.#feed({ type: "tick" });
  }

  /** Ends the connection and tells the connector why. */
  stop(code: ErrorCode, reason: string, retryAfterMs: number): void {
    this.#feed({ type: "stop", code, reason, retryAfterMs });
  }

  #message(data: RawData, isBinary: boolean): void {
    this.#heardAt = performance.now();
    if (!isBinary || !Buffer.isBuffer(data)) {
      const error = new MeshError("frame_invalid", { public: "The tunnel takes binary messages only." });
      this.#feed({ type: "invalid", error });
      return;
    }
    try {
      const frame = decodeConnectorFrame(data, DEFAULT_LIMITS.maxFrameBytes);
      this.#options.metrics.framesIn.inc({ frame: frame.type });
      this.#feed({ type: "received", frame });
    } catch (error) {
      this.#feed({ type: "invalid", error: MeshError.from(error) });
    }
  }

  #feed(event: HubEvent): void {
    for (const effect of this.#session.handle(event, performance.now())) this.#carryOut(effect);
  }

  #carryOut(effect: HubEffect): void {
    const { admission, metrics, log, socket } = this.#options;
    const admitted = this.#admitted;
    switch (effect.type) {
      case "send":
        if (effect.frame.type === "delta" && effect.frame.tombstones.length > 0) {
          const { through } = effect.frame;
          admitted?.report((state) => state.tombstones(through));
        }
        this.#send(effect.frame);
        break;
      case "close":
        socket.close(1000);
        break;
      case "enroll":
        this.#answer(admission.enroll(effect.frame));
        break;
      case "identify":
        this.#answer(admission.identify(effect.clusterId, effect.keyId));
        break;
      case "admit":
        this.#admit(admission.admit(effect.hello, () => this.#fenced()));
        break;
      case "sessionOpen":
        metrics.opened.inc();
        if (effect.downgraded.length > 0) {
          metrics.downgrades.inc();
          log.warn("tunnel session is downgraded", { cluster: admitted?.cluster ?? "", missing: effect.downgraded });
        }
        admitted?.opened(effect.hello);
        break;
      case "loadChanges":
        this.#load((one) => one.changes(effect.after, effect.limit));
        break;
      case "loadManifest":
        this.#load((one) => one.manifest());
        break;
      case "loadBodies":
        this.#load((one) => one.bodies(effect.digests));
        break;
      case "sent":
        admitted?.report((state) => state.sent(effect.through));
        break;
      case "acked":
        admitted?.report((state) => state.received(effect.through));
        break;
      case "clusterState":
        admitted?.report((state) => state.cluster(effect.state));
        break;
      case "nodeStates":
        admitted?.report((state) => state.nodes(effect.state));
        break;
      case "loadFacts":
        this.#load((one) => one.loadFacts());
        break;
      case "storeFacts":
        this.#load((one) => one.storeFacts(effect.facts));
        break;
      case "unsendable":
        admitted?.unsendable(effect.key, effect.revision, effect.sizeBytes);
        break;
      case "resynced":
        metrics.resyncs.inc();
        log.info("tunnel resynced", {
          cluster: admitted?.cluster ?? "",
          upserts: effect.upserts,
          tombstones: effect.tombstones,
        });
        break;
      case "revisionAhead":
        log.error("connector holds a later revision than the database", {
          cluster: admitted?.cluster ?? "",
          holds: formatRevision(effect.holds),
          revision: formatRevision(effect.revision),
        });
        break;
      case "ended":
        this.#end(effect.code, effect.reason);
        break;
      default:
        effect satisfies never;
    }
  }

  #send(frame: HubFrame): void {
    const { socket, metrics } = this.#options;
    if (socket.readyState !== socket.OPEN) return;
    const bytes = encodeFrame(frame);
    metrics.framesOut.inc({ frame: frame.type });
    metrics.bytesOut.inc(bytes.length);
    socket.send(bytes);
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) socket.terminate();
  }

  #admit(admission: Promise<Admitted | Extract<HubEvent, { type: "refused" }>>): void {
    admission.then(
      (answer) => {
        if ("type" in answer) return this.#feed(answer);
        if (this.#over) return void answer.close();
        this.#admitted = answer;
        this.#options.onAdmitted(this, answer.cluster, answer.fence);
        this.#feed({ type: "admitted", revision: answer.revision });
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #load(read: (admitted: Admitted) => Promise<HubEvent>): void {
    if (this.#admitted !== undefined) this.#answer(read(this.#admitted));
  }

  #answer(event: Promise<HubEvent>): void {
    event.then(
      (answer) => this.#feed(answer),
      (error: unknown) => this.#fail(error),
    );
  }

  #fail(thrown: unknown): void {
    this.#options.log.error("tunnel session failed", { cluster: this.#admitted?.cluster ?? "", error: thrown });
    const error = MeshError.from(thrown);
    const code = error.code === "internal" ? "unavailable" : error.code;
    this.stop(code, error.public, error.retryAfterMs ?? 2000);
  }

  #fenced(): void {
    this.stop("unavailable", "another connection of this cluster took over", 1000);
  }

  #end(code: ErrorCode, reason: string): void {
    if (this.#over) return;
    this.#over = true;
    const { metrics, log, onEnded, socket } = this.#options;
    metrics.ended.inc({ code });
    log.info("tunnel connection ended", { cluster: this.#admitted?.cluster ?? "", code, reason });
    // A peer that never answers the closing handshake must not keep the socket.
    setTimeout(() => socket.terminate(), 5000).unref();
    this.#closed = this.#admitted?.close() ?? this.#closed;
    onEnded(this);
  }
}

function socketError(error: Error): MeshError {
  const tooLarge = "code" in error && error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
  const text = tooLarge ? "The message is larger than a frame may be." : "The message is not valid WebSocket.";
  return new MeshError(tooLarge ? "frame_too_large" : "frame_invalid", { public: text, cause: error });
}
