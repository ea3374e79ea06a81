import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import type { Revision } from "@fairlead/core";
import { dataPlaneToWire } from "./data-plane-wire.ts";
import type { DigestHex, FactsFrame, Frame, NodeState, StageException } from "./frame.ts";
import { FrameSchema } from "./gen/fairlead/v1/tunnel_pb.js";

type Body = NonNullable<MessageInitShape<typeof FrameSchema>["body"]>;

/** The bytes of a frame: one binary WebSocket message. */
export function encodeFrame(frame: Frame): Uint8Array {
  return toBinary(FrameSchema, create(FrameSchema, { body: body(frame) }));
}

function body(frame: Frame): Body {
  switch (frame.type) {
    case "enroll":
    case "enrolled":
    case "challenge":
    case "proof":
    case "goodbye":
      return small(frame);
    case "hello": {
      const { type, holds, digest, capabilities, serves, dataPlane, ...rest } = frame;
      const lists = { capabilities: [...capabilities], serves: [...serves] };
      const told = dataPlane && { dataPlane: dataPlaneToWire(dataPlane) };
      return { case: type, value: { ...rest, ...lists, ...told, holds: revision(holds), digest: bytes(digest) } };
    }
    case "welcome": {
      const { type, capabilities, downgraded, revision: at, ...rest } = frame;
      const lists = { capabilities: [...capabilities], downgraded: [...downgraded] };
      return { case: type, value: { ...rest, ...lists, revision: revision(at) } };
    }
    case "inventory": {
      const { sync, entries, last } = frame;
      return { case: "inventory", value: { sync: BigInt(sync), entries: entries.map(manifestEntry), last } };
    }
    case "delta": {
      const { seq, from, through, upserts, tombstones, last, sync } = frame;
      return {
        case: "delta",
        value: {
          seq: BigInt(seq),
          from: revision(from),
          through: revision(through),
          upserts: upserts.map((upsert) => ({ ...upsert, ...manifestEntry(upsert) })),
          tombstones: tombstones.map((item) => ({ key: item.key, revision: revision(item.revision) })),
          last,
          sync: BigInt(sync),
        },
      };
    }
    case "ack":
      return { case: "ack", value: { seq: BigInt(frame.seq), through: revision(frame.through) } };
    case "clusterState": {
      const { applied, set, clear, complete, at } = frame;
      const value = { applied: revision(applied), set: set.map(exception), clear: [...clear], complete };
      return { case: "clusterState", value: { ...value, atMs: BigInt(at) } };
    }
    case "nodeStates": {
      const { nodes, complete, names } = frame;
      return { case: "nodeStates", value: { nodes: nodes.map(nodeState), complete, names: [...names] } };
    }
    case "digest":
      return { case: "digest", value: { through: revision(frame.through), digest: bytes(frame.digest) } };
    case "factsOffer":
      return { case: frame.type, value: {} };
    case "factsHead": {
      const { round, digest, quota } = frame;
      const value = { round: BigInt(round), digest: bytes(digest), maxObjects: quota.objects };
      return { case: frame.type, value: { ...value, maxBytes: BigInt(quota.bytes) } };
    }
    case "facts":
      return { case: frame.type, value: facts(frame) };
    case "factsAck": {
      const { round, seq, refused } = frame;
      return { case: frame.type, value: { round: BigInt(round), seq: BigInt(seq), refused } };
    }
    case "ping":
    case "pong":
      return { case: frame.type, value: { id: BigInt(frame.id) } };
  }
}

/** Frames whose fields need no conversion. */
function small(frame: Extract<Frame, { type: "enroll" | "enrolled" | "challenge" | "proof" | "goodbye" }>): Body {
  switch (frame.type) {
    case "enroll": {
      const { type, ...value } = frame;
      return { case: type, value };
    }
    case "enrolled":
      return { case: "enrolled", value: { clusterId: frame.clusterId } };
    case "challenge":
      return { case: "challenge", value: { nonce: frame.nonce } };
    case "proof":
      return { case: "proof", value: { signature: frame.signature } };
    case "goodbye": {
      const { type, ...value } = frame;
      return { case: type, value };
    }
  }
}

function facts({ round, seq, upserts, removals, range, digest, leftOut }: FactsFrame) {
  return {
    round: BigInt(round),
    seq: BigInt(seq),
    upserts: [...upserts],
    removals: [...removals],
    ...(range && { range: { after: range.after, through: range.through ?? "" } }),
    digest: bytes(digest),
    leftOut: Object.entries(leftOut).map(([kind, objects]) => ({ kind, objects })),
  };
}

function revision(value: Revision): { epoch: bigint; n: bigint } {
  return { epoch: BigInt(value.epoch), n: BigInt(value.n) };
}

function bytes(digest: DigestHex): Uint8Array {
  return Buffer.from(digest, "hex");
}

function manifestEntry(entry: { key: string; digest: DigestHex; revision: Revision }) {
  return { key: entry.key, digest: bytes(entry.digest), revision: revision(entry.revision) };
}

function exception({ at, revision: of, ...rest }: StageException) {
  return { ...rest, revision: revision(of), atMs: BigInt(at) };
}

function nodeState(state: NodeState) {
  const { node, watermark, unknownSince, set, clear, complete, removed, at } = state;
  return {
    node,
    ...(watermark === undefined ? {} : { watermark: revision(watermark) }),
    unknownSinceMs: BigInt(unknownSince ?? 0),
    set: set.map(exception),
    clear: [...clear],
    complete,
    removed,
    atMs: BigInt(at),
  };
}
