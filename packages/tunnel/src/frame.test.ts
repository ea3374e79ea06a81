import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { MeshError } from "@fairlead/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DataPlane, Frame, HelloFrame, StageException } from "./frame.ts";
import { decodeConnectorFrame, decodeHubFrame } from "./frame-decode.ts";
import { encodeFrame } from "./frame-encode.ts";
import { FrameSchema } from "./gen/fairlead/v1/tunnel_pb.js";

const revision = { epoch: 3, n: 41 };
const digest = "0f".repeat(32);
const key = "gateway.networking.k8s.io/HTTPRoute/shop/cart";
const exception: StageException = {
  key,
  revision,
  stage: "proxied",
  state: "rejected",
  reason: "regex",
  field: "spec.rules[0]",
  message: "no",
  at: 1_700_000_000_000,
};

const bundled: DataPlane = {
  kind: "bundled",
  ciliumClasses: true,
  ingress: { forceHttps: false, loadBalancerMode: "dedicated" },
  secretNamespaces: ["default", "shop"],
  hostNetwork: {
    gateways: { matchLabels: {} },
    ingresses: { matchLabels: { "example.com/edge": "", zone: "a" }, sharedListenerPort: 8080 },
    envoyMetricsPort: 9964,
  },
};
const nowhere = { gateways: null, ingresses: null, envoyMetricsPort: 9964 };
const hello = (dataPlane: DataPlane | undefined): HelloFrame => ({
  type: "hello",
  clusterId: "clu_1",
  keyId: "k",
  connectorVersion: "1",
  capabilities: ["delta"],
  holds: revision,
  digest,
  instance: "i",
  process: "p",
  clusterUid: "u",
  serves: ["networking.k8s.io/v1/Ingress"],
  resync: true,
  dataPlane,
});

const connectorFrames: readonly Frame[] = [
  { type: "enroll", joinToken: "jt", publicKey: new Uint8Array(32), clusterUid: "u", connectorVersion: "1" },
  hello(undefined),
  hello(bundled),
  hello({ ...bundled, kind: "cilium", secretNamespaces: null, hostNetwork: nowhere }),
  { type: "proof", signature: new Uint8Array(64) },
  {
    type: "inventory",
    sync: 1,
    entries: [
      { key, digest, revision },
      { key, digest: "", revision },
    ],
    last: true,
  },
  { type: "ack", seq: 7, through: revision },
  { type: "clusterState", applied: revision, set: [exception], clear: [key], complete: true, at: 5 },
  {
    type: "nodeStates",
    complete: true,
    names: ["n1", "n2"],
    nodes: [
      {
        node: "n1",
        watermark: revision,
        unknownSince: undefined,
        set: [exception],
        clear: [],
        complete: true,
        removed: false,
        at: 5,
      },
      {
        node: "n2",
        watermark: undefined,
        unknownSince: 4,
        set: [],
        clear: [key],
        complete: false,
        removed: true,
        at: 5,
      },
    ],
  },
  { type: "ping", id: 1 },
  { type: "pong", id: 1 },
  { type: "goodbye", code: "unavailable", reason: "later", retryAfterMs: 100 },
  { type: "factsOffer" },
  {
    type: "facts",
    round: 2,
    seq: 3,
    upserts: [{ key, body: '{"kind":"HTTPRoute"}' }],
    removals: [],
    range: { after: "", through: key },
    digest: "",
    leftOut: { EndpointSlice: 3 },
  },
  { type: "facts", round: 2, seq: 4, upserts: [], removals: [key], range: undefined, digest, leftOut: {} },
];

const hubFrames: readonly Frame[] = [
  { type: "enrolled", clusterId: "clu_1" },
  { type: "challenge", nonce: new Uint8Array(32) },
  {
    type: "welcome",
    heartbeatMs: 10_000,
    limits: { maxFrameBytes: 262_143, framesPerSecond: 500, window: 16 },
    capabilities: ["delta"],
    downgraded: ["flows"],
    revision,
    resync: false,
  },
  {
    type: "delta",
    seq: 1,
    from: { epoch: 3, n: 40 },
    through: revision,
    upserts: [{ key, digest, revision, intent: "rt_1", body: new Uint8Array([123, 125]) }],
    tombstones: [{ key, revision }],
    last: true,
    sync: 2,
  },
  { type: "digest", through: revision, digest },
  { type: "factsHead", round: 1, digest: "", quota: { objects: 5, bytes: 1_000 } },
  { type: "factsAck", round: 1, seq: 9, refused: true },
];

const wireHello = {
  clusterId: "clu_1",
  keyId: "k",
  connectorVersion: "1",
  digest: new Uint8Array(32),
  instance: "i",
  clusterUid: "u",
};

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof MeshError ? `${error.code}: ${error.public}` : String(error);
  }
  return "nothing thrown";
}

describe("frames", () => {
  test.each(connectorFrames.map((frame) => [frame.type, frame] as const))("%s survives the wire", (_type, frame) => {
    expect(decodeConnectorFrame(encodeFrame(frame))).toEqual(frame);
  });

  test.each(hubFrames.map((frame) => [frame.type, frame] as const))("%s survives the wire", (_type, frame) => {
    expect(decodeHubFrame(encodeFrame(frame))).toEqual(frame);
  });

  test("travel in their own direction only", () => {
    for (const frame of hubFrames) {
      const text = `protocol_violation: a ${frame.type} frame does not travel in this direction`;
      expect(codeOf(() => decodeConnectorFrame(encodeFrame(frame)))).toBe(text);
    }
    for (const frame of connectorFrames.slice(0, 9)) {
      const text = `protocol_violation: a ${frame.type} frame does not travel in this direction`;
      expect(codeOf(() => decodeHubFrame(encodeFrame(frame)))).toBe(text);
    }
  });

  test.each<[string, MessageInitShape<typeof FrameSchema>["body"] & object, string]>([
    ["an empty message", { case: undefined }, "frame_invalid: the frame has no body this version knows"],
    ["a short key", { case: "enroll", value: { joinToken: "j" } }, "frame_invalid: enroll.publicKey must be 32 bytes"],
    [
      "a fact that is not JSON",
      { case: "facts", value: { upserts: [{ key: "g/K/n/x", body: "{" }] } },
      "frame_invalid: facts.upserts[0].body must be a JSON object",
    ],
    [
      "a fact outside its range",
      { case: "facts", value: { upserts: [{ key: "g/K/n/x", body: "{}" }], range: { after: "g/K/n/x" } } },
      "frame_invalid: facts.upserts has g/K/n/x, which lies outside the range",
    ],
    ["a short signature", { case: "proof", value: {} }, "frame_invalid: proof.signature must be 64 bytes"],
    [
      "a revision past what is exact",
      { case: "ack", value: { seq: 1n, through: { epoch: 1n, n: 2n ** 60n } } },
      "frame_invalid: ack.through.n is out of range",
    ],
    [
      "a key that is none",
      { case: "inventory", value: { sync: 1n, entries: [{ key: "x" }] } },
      "frame_invalid: inventory.entries[0].key must be <group>/<Kind>/<namespace>/<name>",
    ],
    [
      "an unknown stage",
      { case: "clusterState", value: { set: [{ key, stage: "x", state: "rejected" }] } },
      "frame_invalid: clusterState.set[0].stage must be applied or proxied",
    ],
    [
      "a data plane without a mode",
      { case: "hello", value: { ...wireHello, dataPlane: { kind: "bundled" } } },
      "frame_invalid: hello.dataPlane.loadBalancerMode must be shared or dedicated",
    ],
    [
      "a data plane with a port that is none",
      {
        case: "hello",
        value: { ...wireHello, dataPlane: { kind: "cilium", loadBalancerMode: "shared", envoyMetricsPort: 70_000 } },
      },
      "frame_invalid: hello.dataPlane.envoyMetricsPort must be a port",
    ],
  ])("%s is refused, naming the field", (_name, body, text) => {
    const bytes = toBinary(FrameSchema, create(FrameSchema, { body }));
    expect(codeOf(() => decodeConnectorFrame(bytes))).toBe(text);
  });

  test("a data plane of a later version is as if nothing were said of it", () => {
    const body = { case: "hello", value: { ...wireHello, dataPlane: { kind: "other" } } } as const;
    const frame = decodeConnectorFrame(toBinary(FrameSchema, create(FrameSchema, { body })));
    expect(frame).toMatchObject({ type: "hello", dataPlane: undefined });
  });

  test("a message over the limit is refused before it is read", () => {
    const text = "frame_too_large: a frame of 262144 bytes is over the limit of 262143";
    expect(codeOf(() => decodeConnectorFrame(new Uint8Array(262_144)))).toBe(text);
  });

  test("no bytes make the decoder fail in any other way", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(...connectorFrames),
        fc.nat(100),
        (noise, frame, at) => {
          const bytes = Buffer.from(encodeFrame(frame));
          bytes.set(noise.slice(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
          for (const input of [noise, bytes]) {
            const result = codeOf(() => decodeConnectorFrame(input));
            expect(result).toMatch(/^(nothing thrown|frame_invalid: |protocol_violation: )/);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
