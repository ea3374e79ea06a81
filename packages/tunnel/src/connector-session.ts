import { compareRevisions, type ErrorCode } from "@fairlead/core";
import type { Bundle } from "./bundle.ts";
import { chunk, entrySize } from "./chunk.ts";
import type { ConnectorEffect, ConnectorEvent, ConnectorIdentity } from "./connector-protocol.ts";
import type { FactBook } from "./facts/fact-book.ts";
import { FactsSender } from "./facts/facts-sender.ts";
import type { ConnectorFrame, DeltaFrame, DigestFrame, HubFrame, WelcomeFrame } from "./frame.ts";
import { Heartbeat } from "./heartbeat.ts";
import { CAPABILITIES, MAX_LIST_ENTRIES } from "./limits.ts";
import { mergeDeltas } from "./merge-deltas.ts";
import { keyId } from "./proof.ts";

/** How long the hub may take for the whole handshake, admission included, in milliseconds. */
const HANDSHAKE_PATIENCE_MS = 30_000;

export interface ConnectorSessionOptions {
  readonly identity: ConnectorIdentity;
  /** Shared by all sessions of a process; only committed plans change it. */
  readonly bundle: Bundle;
  /** The bundle is not what was acknowledged before (cache lost): send an inventory before any delta. */
  readonly resync: boolean;
  /** Shared by all sessions of a process. Without one, nothing is told of the cluster. */
  readonly facts?: FactBook;
  /** Default {@link CAPABILITIES}. */
  readonly capabilities?: readonly string[];
}

type Phase =
  | { readonly at: "socket" | "enrolment" | "challenge" | "signature" | "welcome" | "ended" }
  | { readonly at: "open"; readonly welcome: WelcomeFrame; readonly heartbeat: Heartbeat };

/**
 * The connector's end of one connection, without socket, disk, clock or randomness: the owner feeds what happened to
 * {@link handle} and carries out the effects in order. A delta is acknowledged only once it is on disk.
 */
export class ConnectorSession {
  readonly #options: ConnectorSessionOptions;
  readonly #bundle: Bundle;
  #clusterId: string | undefined;
  #phase: Phase = { at: "socket" };
  #openedAt = 0;
  /** Frames that wait for the plan being persisted. */
  #queue: { readonly frame: DeltaFrame | DigestFrame; readonly gap: boolean }[] = [];
  #persisting = false;
  /** Number of the last delta taken from the wire. */
  #seq = 0;
  #sync = 0;
  #facts: FactsSender | undefined;
  #factsReady = false;
  /** An inventory is unanswered: ordinary deltas crossed it and would blur what it said. */
  #awaitsAnswer = false;

  constructor(options: ConnectorSessionOptions) {
    this.#options = options;
    this.#bundle = options.bundle;
    this.#clusterId = options.identity.clusterId;
  }

  /** Whether the handshake is done and the session not over. */
  get open(): boolean {
    return this.#phase.at === "open";
  }

  /** Takes what happened at `now` (milliseconds, any monotonic origin) and says what to do. */
  handle(event: ConnectorEvent, now: number): ConnectorEffect[] {
    const phase = this.#phase;
    if (phase.at === "ended") return [];
    switch (event.type) {
      case "opened":
        this.#openedAt = now;
        return this.#begin();
      case "received":
        if (phase.at === "open") phase.heartbeat.heard(now);
        return this.#received(event.frame, now);
      case "invalid":
        return this.#leave(event.error.code, event.error.public);
      case "signed":
        if (phase.at !== "signature") return [];
        this.#phase = { at: "welcome" };
        return [{ type: "send", frame: { type: "proof", signature: event.signature } }];
      case "persisted":
        this.#persisting = false;
        return [
          { type: "send", frame: { type: "ack", seq: event.plan.seq, through: event.plan.through } },
          ...this.#drain(),
        ];
      case "report":
        return phase.at === "open" ? [{ type: "send", frame: event.frame }] : [];
      case "factsReady":
        this.#factsReady = true;
        return this.#offerFacts();
      case "factsChanged":
        return sendAll(this.#facts?.changed(event.keys, now) ?? []);
      case "stop":
        return this.#leave("unavailable", event.reason);
      case "tick":
        return this.#tick(now);
      case "disconnected":
        return this.#ended("unavailable", "the connection was closed", 0);
      default:
        return event satisfies never;
    }
  }

  #begin(): ConnectorEffect[] {
    const { joinToken, publicKey, clusterUid, connectorVersion } = this.#options.identity;
    if (this.#clusterId !== undefined) return [this.#hello(this.#clusterId)];
    if (joinToken === undefined) return this.#leave("join_token_invalid", "not enrolled and no join token given");
    this.#phase = { at: "enrolment" };
    return [{ type: "send", frame: { type: "enroll", joinToken, publicKey, clusterUid, connectorVersion } }];
  }

  #hello(clusterId: string): ConnectorEffect {
    const { identity, resync, facts } = this.#options;
    const { capabilities = CAPABILITIES.filter((name) => name !== "facts" || facts !== undefined) } = this.#options;
    const { publicKey, connectorVersion, instance, process, clusterUid, serves, dataPlane } = identity;
    this.#phase = { at: "challenge" };
    return {
      type: "send",
      frame: {
        type: "hello",
        clusterId,
        keyId: keyId(publicKey),
        connectorVersion,
        capabilities,
        holds: this.#bundle.through,
        digest: this.#bundle.digest,
        instance,
        process,
        clusterUid,
        serves,
        resync,
        dataPlane,
      },
    };
  }

  #received(frame: HubFrame, now: number): ConnectorEffect[] {
    if (frame.type === "goodbye") {
      return [{ type: "close" }, ...this.#ended(frame.code, frame.reason, frame.retryAfterMs)];
    }
    const phase = this.#phase;
    if (phase.at === "open") return this.#receivedOpen(frame, now);
    if (phase.at === "enrolment" && frame.type === "enrolled") {
      this.#clusterId = frame.clusterId;
      return [{ type: "saveClusterId", clusterId: frame.clusterId }, this.#hello(frame.clusterId)];
    }
    if (phase.at === "challenge" && frame.type === "challenge" && this.#clusterId !== undefined) {
      this.#phase = { at: "signature" };
      return [{ type: "sign", nonce: frame.nonce, clusterId: this.#clusterId }];
    }
    if (phase.at === "welcome" && frame.type === "welcome") {
      this.#phase = { at: "open", welcome: frame, heartbeat: new Heartbeat(frame.heartbeatMs, now) };
      const opened: ConnectorEffect = { type: "sessionOpen", welcome: frame };
      const inventory = frame.resync ? this.#inventory("asked", undefined) : [];
      return [opened, ...inventory, ...this.#offerFacts()];
    }
    return this.#unexpected(frame);
  }

  #receivedOpen(frame: HubFrame, now: number): ConnectorEffect[] {
    switch (frame.type) {
      case "delta":
        // Numbers only grow on one connection: this one came before.
        if (frame.seq <= this.#seq) return [];
        this.#queue.push({ frame, gap: frame.seq !== this.#seq + 1 });
        this.#seq = frame.seq;
        return this.#drain();
      case "digest":
        this.#queue.push({ frame, gap: false });
        return this.#drain();
      case "factsHead":
        return sendAll(this.#facts?.head(frame, now) ?? []);
      case "factsAck":
        return sendAll(this.#facts?.acked(frame, now) ?? []);
      case "ping":
        return [{ type: "send", frame: { type: "pong", id: frame.id } }];
      case "pong":
        return [];
      default:
        return this.#unexpected(frame);
    }
  }

  /** Works off the queue, in order, until something has to be persisted. */
  #drain(): ConnectorEffect[] {
    const effects: ConnectorEffect[] = [];
    while (!this.#persisting && this.#phase.at === "open") {
      const next = this.#queue.shift();
      if (next === undefined) break;
      const { frame, gap } = next;
      effects.push(...(frame.type === "delta" ? this.#delta(this.#withFollowers(frame), gap) : this.#compare(frame)));
    }
    return effects;
  }

  /** The delta and those that waited behind it as one, so that a burst is made durable by one write. */
  #withFollowers(first: DeltaFrame): DeltaFrame {
    let merged = first;
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const both = next.gap || next.frame.type !== "delta" ? undefined : mergeDeltas(merged, next.frame);
      if (both === undefined) break;
      merged = both;
      this.#queue.shift();
    }
    return merged;
  }

  /** `gap`: deltas before this one never came. */
  #delta(delta: DeltaFrame, gap: boolean): ConnectorEffect[] {
    if (gap) return [this.#ack(delta.seq), ...this.#inventory("gap", undefined)];
    const skipped = this.#awaitsAnswer ? delta.sync !== this.#sync : delta.sync !== 0 && delta.sync !== this.#sync;
    if (skipped) return [this.#ack(delta.seq)];
    const plan = this.#bundle.plan(delta);
    if (plan === undefined) return [this.#ack(delta.seq), ...this.#inventory("gap", undefined)];
    if (delta.last) this.#awaitsAnswer = false;
    const moves = plan.resynced || compareRevisions(plan.through, this.#bundle.through) !== 0;
    if (plan.changes.length === 0 && !moves) return [this.#ack(delta.seq)];
    this.#persisting = true;
    return [{ type: "persist", plan }];
  }

  #ack(seq: number): ConnectorEffect {
    return { type: "send", frame: { type: "ack", seq, through: this.#bundle.through } };
  }

  #compare(digest: DigestFrame): ConnectorEffect[] {
    const here = compareRevisions(digest.through, this.#bundle.through) === 0;
    if (this.#awaitsAnswer || !here || digest.digest === this.#bundle.digest) return [];
    return this.#inventory("digest", digest.digest);
  }

  #inventory(reason: "asked" | "digest" | "gap", theirs: string | undefined): ConnectorEffect[] {
    if (this.#phase.at !== "open") return [];
    const { maxFrameBytes } = this.#phase.welcome.limits;
    this.#sync += 1;
    this.#awaitsAnswer = true;
    const chunks = chunk(this.#bundle.manifest(), entrySize, maxFrameBytes, MAX_LIST_ENTRIES);
    const frames = chunks.map((entries, index): ConnectorEffect => {
      const last = index === chunks.length - 1;
      return { type: "send", frame: { type: "inventory", sync: this.#sync, entries, last } };
    });
    const { through, digest: ours } = this.#bundle;
    return [{ type: "resync", reason, through, ours, theirs }, ...frames];
  }

  #tick(now: number): ConnectorEffect[] {
    const phase = this.#phase;
    if (phase.at === "socket") return [];
    if (phase.at !== "open") {
      if (now - this.#openedAt <= HANDSHAKE_PATIENCE_MS) return [];
      return this.#leave("timeout", "the hub did not finish the handshake");
    }
    const verdict = phase.heartbeat.tick(now);
    if (!verdict.alive) return this.#leave("timeout", "the hub was silent for 2.5 heartbeats");
    const confirmations = sendAll(this.#facts?.tick(now) ?? []);
    if (verdict.pingId === undefined) return confirmations;
    return [...confirmations, { type: "send", frame: { type: "ping", id: verdict.pingId } }];
  }

  /** Once the session is open and the cluster known, if the hub can take it. */
  #offerFacts(): ConnectorEffect[] {
    const { facts } = this.#options;
    const phase = this.#phase;
    if (facts === undefined || !this.#factsReady || phase.at !== "open" || this.#facts !== undefined) return [];
    if (!phase.welcome.capabilities.includes("facts")) return [];
    this.#facts = new FactsSender(facts, phase.welcome.limits.maxFrameBytes);
    return [{ type: "send", frame: { type: "factsOffer" } }];
  }

  #unexpected(frame: HubFrame): ConnectorEffect[] {
    return this.#leave("protocol_violation", `unexpected ${frame.type} frame`);
  }

  #leave(code: ErrorCode, reason: string): ConnectorEffect[] {
    return [
      { type: "send", frame: { type: "goodbye", code, reason, retryAfterMs: 0 } },
      { type: "close" },
      ...this.#ended(code, reason, 0),
    ];
  }

  #ended(code: string, reason: string, retryAfterMs: number): ConnectorEffect[] {
    this.#phase = { at: "ended" };
    this.#queue = [];
    return [{ type: "ended", code, reason, retryAfterMs }];
  }
}

function sendAll(frames: readonly ConnectorFrame[]): ConnectorEffect[] {
  return frames.map((frame) => ({ type: "send", frame }));
}
