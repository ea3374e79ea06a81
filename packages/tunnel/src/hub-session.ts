import { compareRevisions, type ErrorCode, type Revision } from "@fairlead/core";
import { BundleSender } from "./bundle-sender.ts";
import { FactsReceiver } from "./facts/facts-receiver.ts";
import type { ConnectorFrame, HelloFrame } from "./frame.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { HubEffect, HubEvent, HubSessionOptions } from "./hub-protocol.ts";
import {
  CAPABILITIES,
  DEFAULT_HEARTBEAT_MS,
  DEFAULT_LIMITS,
  DIGEST_INTERVAL_MS,
  HANDSHAKE_TIMEOUT_MS,
} from "./limits.ts";
import { verifyProof } from "./proof.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Where a session is; each state but `open` waits for exactly what it names. */
type Phase =
  | { readonly at: "socket" }
  | { readonly at: "hello"; readonly enrolled: boolean }
  | { readonly at: "enrolment" }
  /** Waits for the connector's signature and for the database's answer, whichever comes last. */
  | {
      readonly at: "proof";
      readonly hello: HelloFrame;
      readonly signature?: Uint8Array;
      readonly key?: { readonly publicKey: Uint8Array | undefined };
    }
  | { readonly at: "admission"; readonly hello: HelloFrame }
  | { readonly at: "open"; readonly sender: BundleSender; readonly heartbeat: Heartbeat }
  | { readonly at: "ended" };

const UNKNOWN_CONNECTOR = "the connector is not registered here, was revoked, or did not prove that it holds its key";

/**
 * The hub's end of one connection, without socket, database, clock or randomness: the owner feeds what happened to
 * {@link handle} and carries out the effects in order. Nothing is answered before the peer proved its key, and whether
 * a cluster exists shows neither in the answer nor in its order.
 */
export class HubSession {
  readonly #options: Required<HubSessionOptions>;
  readonly #bucket: TokenBucket;
  #phase: Phase = { at: "socket" };
  #nonce: Uint8Array = new Uint8Array(0);
  readonly #facts = new FactsReceiver();
  #openedAt = 0;
  #epoch = 0;
  #digestAt = 0;
  #polledAt = 0;

  constructor(options: HubSessionOptions = {}) {
    this.#options = {
      limits: options.limits ?? DEFAULT_LIMITS,
      heartbeatMs: options.heartbeatMs ?? DEFAULT_HEARTBEAT_MS,
      digestIntervalMs: options.digestIntervalMs ?? DIGEST_INTERVAL_MS,
      pollIntervalMs: options.pollIntervalMs ?? 30_000,
      pageSize: options.pageSize ?? 500,
      capabilities: options.capabilities ?? CAPABILITIES,
    };
    this.#bucket = new TokenBucket(this.#options.limits.framesPerSecond);
  }

  /** Whether the handshake is done and the session not over. */
  get open(): boolean {
    return this.#phase.at === "open";
  }

  /** Takes what happened at `now` (milliseconds, any monotonic origin) and says what to do. */
  handle(event: HubEvent, now: number): HubEffect[] {
    const phase = this.#phase;
    if (phase.at === "ended") return [];
    switch (event.type) {
      case "opened":
        this.#nonce = event.nonce;
        this.#openedAt = now;
        this.#phase = { at: "hello", enrolled: false };
        return [];
      case "received":
        if (!this.#bucket.take(now)) return this.#end("rate_limited", "the connector sends too many frames", 10_000);
        if (phase.at === "open") phase.heartbeat.heard(now);
        return this.#received(event.frame);
      case "invalid":
        return this.#end(event.error.code, event.error.public, 0);
      case "stop":
      case "refused":
        return this.#end(event.code, event.reason, event.retryAfterMs);
      case "disconnected":
        this.#phase = { at: "ended" };
        return [{ type: "ended", code: "unavailable", reason: "the connection was closed" }];
      case "tick":
        return this.#tick(now);
      case "enrolled":
        this.#phase = { at: "hello", enrolled: true };
        return [{ type: "send", frame: { type: "enrolled", clusterId: event.clusterId } }];
      case "identified":
        if (phase.at !== "proof") return [];
        return this.#prove({ ...phase, key: { publicKey: event.publicKey } });
      case "admitted":
        if (phase.at !== "admission") return [];
        return this.#admit(phase.hello, event.revision, now);
      case "hint":
        return phase.at === "open" ? phase.sender.hint() : [];
      case "changesLoaded":
      case "manifestLoaded":
      case "bodiesLoaded":
        return this.#loaded(event);
      case "factsLoaded":
        return phase.at === "open" ? this.#facts.loaded(event.digest, event.quota) : [];
      case "factsStored":
        return phase.at === "open" ? this.#facts.stored(event.facts, event.refused) : [];
      default:
        return event satisfies never;
    }
  }

  #received(frame: ConnectorFrame): HubEffect[] {
    if (frame.type === "goodbye") {
      this.#phase = { at: "ended" };
      return [{ type: "close" }, { type: "ended", code: "unavailable", reason: `the connector left: ${frame.reason}` }];
    }
    const phase = this.#phase;
    if (phase.at === "open") return this.#receivedOpen(frame, phase.sender);
    if (phase.at === "hello" && frame.type === "hello") {
      this.#phase = { at: "proof", hello: frame };
      return [
        { type: "identify", clusterId: frame.clusterId, keyId: frame.keyId },
        { type: "send", frame: { type: "challenge", nonce: this.#nonce } },
      ];
    }
    if (phase.at === "hello" && frame.type === "enroll" && !phase.enrolled) {
      this.#phase = { at: "enrolment" };
      return [{ type: "enroll", frame }];
    }
    if (phase.at === "proof" && frame.type === "proof" && phase.signature === undefined) {
      return this.#prove({ ...phase, signature: frame.signature });
    }
    return this.#unexpected(frame);
  }

  #receivedOpen(frame: ConnectorFrame, sender: BundleSender): HubEffect[] {
    switch (frame.type) {
      case "ack":
        return frame.seq > sender.sentSeq ? this.#unexpected(frame) : sender.acked(frame.seq, frame.through);
      case "inventory":
        return sender.inventory(frame.sync, frame.entries, frame.last);
      case "clusterState":
        return [{ type: "clusterState", state: frame }];
      case "nodeStates":
        return [{ type: "nodeStates", state: frame }];
      case "factsOffer":
        return this.#facts.offered();
      case "facts":
        return this.#facts.received(frame);
      case "ping":
        return [{ type: "send", frame: { type: "pong", id: frame.id } }];
      case "pong":
        return [];
      default:
        return this.#unexpected(frame);
    }
  }

  #unexpected(frame: ConnectorFrame): HubEffect[] {
    return this.#end("protocol_violation", `unexpected ${frame.type} frame`, 0);
  }

  #prove(phase: Extract<Phase, { at: "proof" }>): HubEffect[] {
    this.#phase = phase;
    const { hello, signature, key } = phase;
    if (signature === undefined || key === undefined) return [];
    const proven = key.publicKey !== undefined && verifyProof(key.publicKey, this.#nonce, hello.clusterId, signature);
    if (!proven) return this.#end("unauthenticated", UNKNOWN_CONNECTOR, 60_000);
    this.#phase = { at: "admission", hello };
    return [{ type: "admit", hello }];
  }

  #admit(hello: HelloFrame, revision: Revision, now: number): HubEffect[] {
    const { limits, heartbeatMs, pageSize, capabilities: ours } = this.#options;
    const { holds } = hello;
    if (compareRevisions(holds, revision) > 0) {
      const reason = "the connector holds a later revision than the cloud: a backup was restored without a new epoch";
      return [{ type: "revisionAhead", holds, revision }, ...this.#end("revision_mismatch", reason, 30_000)];
    }
    const capabilities = ours.filter((name) => hello.capabilities.includes(name));
    const all = new Set([...ours, ...hello.capabilities]);
    const downgraded = [...all].filter((name) => !capabilities.includes(name)).sort();
    const resync = hello.resync || (holds.epoch !== 0 && holds.epoch !== revision.epoch);
    const sender = new BundleSender({ limits, pageSize, holds, resync });
    this.#phase = { at: "open", sender, heartbeat: new Heartbeat(heartbeatMs, now) };
    this.#epoch = revision.epoch;
    this.#digestAt = now;
    this.#polledAt = now;
    return [
      { type: "sessionOpen", hello, capabilities, downgraded },
      { type: "send", frame: { type: "welcome", heartbeatMs, limits, capabilities, downgraded, revision, resync } },
      ...sender.hint(),
    ];
  }

  #loaded(event: Extract<HubEvent, { type: "changesLoaded" | "manifestLoaded" | "bodiesLoaded" }>): HubEffect[] {
    if (this.#phase.at !== "open") return [];
    const { sender } = this.#phase;
    if (event.type === "bodiesLoaded") return sender.bodiesLoaded(event);
    if (this.#epoch !== 0 && event.through.epoch !== this.#epoch) {
      return this.#end("revision_mismatch", "the cloud's epoch changed; reconnect to compare everything", 1);
    }
    this.#epoch = event.through.epoch;
    return event.type === "changesLoaded" ? sender.changesLoaded(event) : sender.manifestLoaded(event);
  }

  #tick(now: number): HubEffect[] {
    const phase = this.#phase;
    if (phase.at === "hello" || phase.at === "proof") {
      if (now - this.#openedAt <= HANDSHAKE_TIMEOUT_MS) return [];
      return this.#end("timeout", "the connector did not finish the handshake", 0);
    }
    if (phase.at !== "open") return [];
    const verdict = phase.heartbeat.tick(now);
    if (!verdict.alive) return this.#end("timeout", "the connector was silent for 2.5 heartbeats", 0);
    const effects: HubEffect[] = [];
    if (verdict.pingId !== undefined) effects.push({ type: "send", frame: { type: "ping", id: verdict.pingId } });
    if (now - this.#digestAt >= this.#options.digestIntervalMs) {
      this.#digestAt = now;
      this.#polledAt = now;
      effects.push(...phase.sender.compareDigests());
    } else if (now - this.#polledAt >= this.#options.pollIntervalMs) {
      this.#polledAt = now;
      effects.push(...phase.sender.hint());
    }
    return effects;
  }

  #end(code: ErrorCode, reason: string, retryAfterMs: number): HubEffect[] {
    this.#phase = { at: "ended" };
    return [
      { type: "send", frame: { type: "goodbye", code, reason, retryAfterMs } },
      { type: "close" },
      { type: "ended", code, reason },
    ];
  }
}
