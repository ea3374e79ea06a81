import { describe, expect, test } from "vitest";
import { Bundle } from "./bundle.ts";
import type { ConnectorEffect } from "./connector-protocol.ts";
import { ConnectorSession } from "./connector-session.ts";
import type { DeltaFrame, HubFrame } from "./frame.ts";

const at = (n: number) => ({ epoch: 1, n });
const identity = {
  clusterId: "clu_1",
  joinToken: undefined,
  publicKey: new Uint8Array(32),
  instance: "i",
  process: "p",
  clusterUid: "u",
  connectorVersion: "1",
  serves: [],
};

function welcome(resync: boolean): HubFrame {
  const limits = { maxFrameBytes: 4_096, framesPerSecond: 10, window: 2 };
  return { type: "welcome", heartbeatMs: 1_000, limits, capabilities: [], downgraded: [], revision: at(5), resync };
}

function opened(bundle: Bundle, resync = false) {
  const session = new ConnectorSession({ identity, bundle, resync });
  session.handle({ type: "opened" }, 0);
  session.handle({ type: "received", frame: { type: "challenge", nonce: new Uint8Array(32) } }, 0);
  session.handle({ type: "signed", signature: new Uint8Array(64) }, 0);
  const first = session.handle({ type: "received", frame: welcome(resync) }, 0);
  return { session, first, receive: (frame: HubFrame) => session.handle({ type: "received", frame }, 0) };
}

function delta(change: Partial<DeltaFrame>): DeltaFrame {
  const base = { type: "delta", seq: 1, from: at(0), through: at(1), last: true, sync: 0 } as const;
  return { ...base, upserts: [], tombstones: [], ...change };
}

function upsert(n: number) {
  return {
    key: "g/K/ns/a",
    digest: `${n}`.padStart(64, "0"),
    revision: at(n),
    intent: "rt_1",
    body: Buffer.from("{}"),
  };
}

function sent(effects: readonly ConnectorEffect[]) {
  return effects.flatMap((effect) => (effect.type === "send" ? [effect.frame] : []));
}

describe("a connector session", () => {
  test("acknowledges a delta only once it is on disk, and takes the next one only then", () => {
    const bundle = new Bundle([], at(0));
    const { session, receive } = opened(bundle);
    const [persist] = receive(delta({ upserts: [upsert(1)] }));
    if (persist?.type !== "persist") throw new Error("not persisted");
    expect(receive(delta({ seq: 2, from: at(1), through: at(2), upserts: [upsert(2)] }))).toEqual([]);
    bundle.commit(persist.plan);
    const next = session.handle({ type: "persisted", plan: persist.plan }, 0);
    expect(next).toMatchObject([{ frame: { type: "ack", seq: 1, through: at(1) } }, { type: "persist" }]);
  });

  test("what waited behind a write is persisted and acknowledged together", () => {
    const bundle = new Bundle([], at(0));
    const { session, receive } = opened(bundle);
    const [persist] = receive(delta({ upserts: [upsert(1)] }));
    if (persist?.type !== "persist") throw new Error("not persisted");
    for (const n of [2, 3, 4]) receive(delta({ seq: n, from: at(n - 1), through: at(n), upserts: [upsert(n)] }));
    bundle.commit(persist.plan);
    const [ack, next, ...none] = session.handle({ type: "persisted", plan: persist.plan }, 0);
    expect([ack, next, none]).toMatchObject([{ frame: { seq: 1 } }, { plan: { seq: 4, through: at(4) } }, []]);
    if (next?.type !== "persist") throw new Error("not persisted");
    bundle.commit(next.plan);
    expect(sent(session.handle({ type: "persisted", plan: next.plan }, 0))).toEqual([
      { type: "ack", seq: 4, through: at(4) },
    ]);
  });

  test("asked for its inventory, it acknowledges deltas that crossed it without taking them", () => {
    const { first, receive } = opened(new Bundle([], at(1)), true);
    expect(first.map((effect) => effect.type)).toEqual(["sessionOpen", "resync", "send"]);
    expect(sent(receive(delta({ from: at(1), through: at(2), upserts: [upsert(2)] })))).toEqual([
      { type: "ack", seq: 1, through: at(1) },
    ]);
    const answer = delta({ seq: 2, from: at(2), through: at(2), upserts: [upsert(2)], sync: 1 });
    expect(receive(answer)).toMatchObject([{ type: "persist", plan: { through: at(2), resynced: true } }]);
  });

  test("a digest of the revision it holds that differs makes it send its inventory, once", () => {
    const { receive } = opened(new Bundle([], at(3)));
    expect(receive({ type: "digest", through: at(2), digest: "11".repeat(32) })).toEqual([]);
    expect(receive({ type: "digest", through: at(3), digest: "00".repeat(32) })).toEqual([]);
    const effects = receive({ type: "digest", through: at(3), digest: "11".repeat(32) });
    expect(effects.map((effect) => effect.type)).toEqual(["resync", "send"]);
    expect(receive({ type: "digest", through: at(3), digest: "11".repeat(32) })).toEqual([]);
  });

  test("a large bundle's inventory is cut into frames", () => {
    const entries = Array.from({ length: 100 }, (_, n) => {
      const object = { digest: "00".repeat(32), intent: "rt_1", body: "{}" };
      return [`g/K/ns/${n}`, { revision: at(1), epoch: 1, object }] as const;
    });
    const { first } = opened(new Bundle(entries, at(1)), true);
    const chunks = sent(first).flatMap((frame) => (frame.type === "inventory" ? [frame] : []));
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.map(({ last }) => last)).toEqual([...chunks.slice(1).map(() => false), true]);
    expect(chunks.flatMap(({ entries: part }) => part)).toHaveLength(100);
  });

  test("without a cluster id and a join token it says what is missing", () => {
    const session = new ConnectorSession({
      identity: { ...identity, clusterId: undefined },
      bundle: new Bundle(),
      resync: false,
    });
    const ended = session.handle({ type: "opened" }, 0).at(-1);
    expect(ended).toMatchObject({ code: "join_token_invalid", reason: "not enrolled and no join token given" });
  });

  test("a hub that never finishes the handshake, or falls silent, is given up", () => {
    const waiting = new ConnectorSession({ identity, bundle: new Bundle(), resync: false });
    waiting.handle({ type: "opened" }, 0);
    expect(waiting.handle({ type: "tick" }, 30_000)).toEqual([]);
    expect(waiting.handle({ type: "tick" }, 30_001).at(-1)).toMatchObject({ code: "timeout" });
    const { session } = opened(new Bundle());
    expect(sent(session.handle({ type: "tick" }, 1_000))).toEqual([{ type: "ping", id: 1 }]);
    expect(session.handle({ type: "tick" }, 2_501).at(-1)).toMatchObject({ code: "timeout" });
  });

  test("the hub's goodbye passes on its reason and when to come back", () => {
    const { receive } = opened(new Bundle());
    const effects = receive({ type: "goodbye", code: "cluster_revoked", reason: "revoked", retryAfterMs: 9 });
    expect(effects).toEqual([
      { type: "close" },
      { type: "ended", code: "cluster_revoked", reason: "revoked", retryAfterMs: 9 },
    ]);
  });
});
