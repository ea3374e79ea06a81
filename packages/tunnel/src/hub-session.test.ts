import { generateKeyPairSync } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { ConnectorFrame, HelloFrame } from "./frame.ts";
import type { HubEffect, HubEvent } from "./hub-protocol.ts";
import { HubSession } from "./hub-session.ts";
import { EMPTY_MANIFEST_DIGEST } from "./manifest-digest.ts";
import { rawPublicKey, signProof } from "./proof.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const nonce = new Uint8Array(32).fill(5);
const at = (n: number, epoch = 1) => ({ epoch, n });

const hello: HelloFrame = {
  type: "hello",
  clusterId: "clu_1",
  keyId: "k",
  connectorVersion: "1",
  capabilities: ["delta", "resync", "future"],
  holds: at(0, 0),
  digest: EMPTY_MANIFEST_DIGEST,
  instance: "i",
  process: "p",
  clusterUid: "u",
  serves: [],
  dataPlane: undefined,
  resync: false,
};

let session: HubSession;
let now: number;

beforeEach(() => {
  session = new HubSession({ limits: { maxFrameBytes: 4_096, framesPerSecond: 10, window: 2 }, heartbeatMs: 1_000 });
  now = 0;
  feed({ type: "opened", nonce });
});

function feed(event: HubEvent): HubEffect[] {
  return session.handle(event, now);
}

function receive(frame: ConnectorFrame): HubEffect[] {
  return feed({ type: "received", frame });
}

function open(frame: HelloFrame = hello, revision = at(5)): HubEffect[] {
  receive(frame);
  feed({ type: "identified", publicKey: rawPublicKey(publicKey) });
  receive({ type: "proof", signature: signProof(privateKey, nonce, frame.clusterId) });
  return feed({ type: "admitted", revision });
}

function end(effects: readonly HubEffect[]) {
  return effects.find((effect) => effect.type === "ended");
}

describe("a hub session", () => {
  test("welcomes a proven connector, says what is downgraded, and reads the changes after what it holds", () => {
    const effects = open({ ...hello, holds: at(3) });
    expect(effects.map((effect) => effect.type)).toEqual(["sessionOpen", "send", "loadChanges"]);
    expect(effects[0]).toMatchObject({
      capabilities: ["delta", "resync"],
      downgraded: ["facts", "future", "node-state"],
    });
    expect(effects[1]).toMatchObject({ frame: { type: "welcome", resync: false, revision: at(5) } });
    expect(effects[2]).toMatchObject({ after: { revision: at(3), key: undefined } });
  });

  test("asks for the signature before it knows whether the cluster exists, and refuses both alike", () => {
    const refuse = (key: Uint8Array | undefined, signature: Uint8Array) => {
      session = new HubSession();
      feed({ type: "opened", nonce });
      expect(receive(hello).map((effect) => effect.type)).toEqual(["identify", "send"]);
      const early = feed({ type: "identified", publicKey: key });
      expect(early).toEqual([]);
      return receive({ type: "proof", signature });
    };
    const unknown = refuse(undefined, new Uint8Array(64));
    const forged = refuse(rawPublicKey(publicKey), new Uint8Array(64));
    const replayed = refuse(rawPublicKey(publicKey), signProof(privateKey, new Uint8Array(32), "clu_1"));
    const otherCluster = refuse(rawPublicKey(publicKey), signProof(privateKey, nonce, "clu_2"));
    expect(unknown).toEqual(forged);
    expect(replayed).toEqual(forged);
    expect(otherCluster).toEqual(forged);
    expect(end(forged)).toMatchObject({ code: "unauthenticated" });
  });

  test.each<[string, ConnectorFrame]>([
    ["a report before the handshake", { type: "ack", seq: 1, through: at(1) }],
    ["a signature before the challenge", { type: "proof", signature: new Uint8Array(64) }],
  ])("%s ends the session", (_name, frame) => {
    expect(end(receive(frame))).toMatchObject({ code: "protocol_violation" });
    expect(receive(hello)).toEqual([]);
  });

  test("an acknowledgement of what was never sent ends the session", () => {
    open();
    expect(end(receive({ type: "ack", seq: 9, through: at(5) }))).toMatchObject({ code: "protocol_violation" });
  });

  test("a connector ahead of the database is reported, and told to come back later", () => {
    const effects = open({ ...hello, holds: at(9) }, at(5));
    expect(effects[0]).toEqual({ type: "revisionAhead", holds: at(9), revision: at(5) });
    expect(end(effects)).toMatchObject({ code: "revision_mismatch" });
  });

  test("another epoch makes the inventory come before any delta", () => {
    const effects = open({ ...hello, holds: at(9, 1) }, at(5, 2));
    expect(effects.map((effect) => effect.type)).toEqual(["sessionOpen", "send"]);
    expect(effects[1]).toMatchObject({ frame: { type: "welcome", resync: true } });
    expect(feed({ type: "hint" })).toEqual([]);
    const asked = receive({ type: "inventory", sync: 1, entries: [], last: true });
    expect(asked).toEqual([{ type: "loadManifest" }]);
  });

  test("an epoch that changes during the session ends it", () => {
    open();
    const loaded = { type: "changesLoaded", changes: [], more: false, through: at(2, 2), digest: "" } as const;
    expect(end(feed(loaded))).toMatchObject({ code: "revision_mismatch" });
  });

  test("never has more than a window of deltas unacknowledged", () => {
    open();
    const changes = Array.from({ length: 12 }, (_, n) => ({
      key: `g/K/ns/${n}`,
      revision: at(5),
      digest: "00".repeat(32),
      intent: "rt_1",
      body: new Uint8Array(1_500),
    }));
    const sent = feed({ type: "changesLoaded", changes, more: false, through: at(5), digest: EMPTY_MANIFEST_DIGEST });
    expect(sent.map((effect) => effect.type)).toEqual(["send", "send"]);
    expect(receive({ type: "ack", seq: 1, through: at(0, 0) }).map((effect) => effect.type)).toEqual(["acked", "send"]);
    expect(feed({ type: "hint" })).toEqual([]);
  });

  test("an object larger than a frame is left out by name, the rest goes on", () => {
    open();
    const row = { revision: at(5), digest: "00".repeat(32), intent: "rt_1" };
    const big = { ...row, key: "g/K/ns/big", body: new Uint8Array(5_000) };
    const small = { ...row, key: "g/K/ns/small", body: new Uint8Array(5) };
    const effects = feed({ type: "changesLoaded", changes: [big, small], more: false, through: at(5), digest: "" });
    expect(effects).toMatchObject([
      { type: "unsendable", key: "g/K/ns/big" },
      { type: "send", frame: { upserts: [{ key: "g/K/ns/small" }], last: true } },
      { type: "sent", through: at(5) },
    ]);
  });

  test("pings every heartbeat and gives up a peer silent for two and a half", () => {
    open();
    now = 1_000;
    expect(feed({ type: "tick" })).toMatchObject([{ frame: { type: "ping" } }]);
    now = 2_500;
    expect(end(feed({ type: "tick" }))).toBeUndefined();
    now = 2_501;
    expect(end(feed({ type: "tick" }))).toMatchObject({ code: "timeout" });
  });

  test("looks at the database without a hint every 30 seconds and compares digests every five minutes", () => {
    open();
    feed({ type: "changesLoaded", changes: [], more: false, through: at(5), digest: EMPTY_MANIFEST_DIGEST });
    receive({ type: "ack", seq: 1, through: at(5) });
    const seen: string[] = [];
    while (now < 300_000) {
      now += 1_000;
      receive({ type: "pong", id: 1 });
      for (const effect of feed({ type: "tick" })) {
        if (effect.type !== "loadChanges") continue;
        const loaded = { type: "changesLoaded", changes: [], more: false, through: at(5), digest: "" } as const;
        seen.push("load", ...feed(loaded).flatMap((next) => (next.type === "send" ? [next.frame.type] : [])));
      }
    }
    expect(seen.filter((item) => item === "load")).toHaveLength(10);
    expect(seen.filter((item) => item === "digest")).toHaveLength(1);
  });

  test("a flood of frames ends the session", () => {
    open();
    const answers = Array.from({ length: 120 }, () => end(receive({ type: "ping", id: 1 })));
    expect(answers.find((effect) => effect !== undefined)).toMatchObject({ code: "rate_limited" });
  });

  test("a connector that does not finish the handshake is dropped", () => {
    now = 10_001;
    expect(end(feed({ type: "tick" }))).toMatchObject({ code: "timeout" });
  });

  test("revocation says goodbye at once and nothing follows", () => {
    open();
    const stopped = feed({ type: "stop", code: "cluster_revoked", reason: "revoked", retryAfterMs: 0 });
    expect(stopped.map((effect) => effect.type)).toEqual(["send", "close", "ended"]);
    expect(feed({ type: "hint" })).toEqual([]);
    expect(feed({ type: "disconnected" })).toEqual([]);
  });
});
