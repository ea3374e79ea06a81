import { fromBinary } from "@bufbuild/protobuf";
import { MeshError } from "@fairlead/core";
import { dataPlaneFromWire } from "./data-plane-wire.ts";
import { facts, factsHead } from "./facts/facts-decode.ts";
import type { ConnectorFrame, Frame, HubFrame } from "./frame.ts";
import { FrameSchema, type Frame as WireFrame } from "./gen/fairlead/v1/tunnel_pb.js";
import { DEFAULT_LIMITS } from "./limits.ts";
import { clusterState, nodeStates } from "./state-decode.ts";
import { digestOf, invalidField, keyOf, listOf, revisionOf, textOf, whole } from "./wire-field.ts";

/** Reads what a hub received. Throws `frame_too_large`, `frame_invalid` (naming the field) or `protocol_violation`. */
export function decodeConnectorFrame(bytes: Uint8Array, maxFrameBytes = DEFAULT_LIMITS.maxFrameBytes): ConnectorFrame {
  const frame = decode(bytes, maxFrameBytes);
  switch (frame.type) {
    case "enrolled":
    case "challenge":
    case "welcome":
    case "delta":
    case "digest":
    case "factsHead":
    case "factsAck":
      throw wrongDirection(frame.type);
    default:
      return frame;
  }
}

/** Reads what a connector received. Throws like {@link decodeConnectorFrame}. */
export function decodeHubFrame(bytes: Uint8Array, maxFrameBytes = DEFAULT_LIMITS.maxFrameBytes): HubFrame {
  const frame = decode(bytes, maxFrameBytes);
  switch (frame.type) {
    case "enroll":
    case "hello":
    case "proof":
    case "inventory":
    case "ack":
    case "clusterState":
    case "nodeStates":
    case "factsOffer":
    case "facts":
      throw wrongDirection(frame.type);
    default:
      return frame;
  }
}

function wrongDirection(type: Frame["type"]): MeshError {
  return new MeshError("protocol_violation", { public: `a ${type} frame does not travel in this direction` });
}

function decode(bytes: Uint8Array, maxFrameBytes: number): Frame {
  if (bytes.length > maxFrameBytes) {
    const text = `a frame of ${bytes.length} bytes is over the limit of ${maxFrameBytes}`;
    throw new MeshError("frame_too_large", { public: text });
  }
  let wire: WireFrame;
  try {
    wire = fromBinary(FrameSchema, bytes);
  } catch (cause) {
    throw new MeshError("frame_invalid", { public: "the message is not a frame of fairlead.v1", cause });
  }
  return fromWire(wire.body);
}

function fromWire(body: WireFrame["body"]): Frame {
  switch (body.case) {
    case "enroll": {
      const { joinToken, publicKey, clusterUid, connectorVersion } = body.value;
      if (publicKey.length !== 32) throw invalidField("enroll.publicKey", "must be 32 bytes");
      return {
        type: "enroll",
        joinToken: textOf(joinToken, "enroll.joinToken"),
        publicKey,
        clusterUid: textOf(clusterUid, "enroll.clusterUid"),
        connectorVersion: textOf(connectorVersion, "enroll.connectorVersion"),
      };
    }
    case "enrolled":
      return { type: "enrolled", clusterId: textOf(body.value.clusterId, "enrolled.clusterId") };
    case "hello": {
      const hello = body.value;
      return {
        type: "hello",
        clusterId: textOf(hello.clusterId, "hello.clusterId"),
        keyId: textOf(hello.keyId, "hello.keyId"),
        connectorVersion: textOf(hello.connectorVersion, "hello.connectorVersion"),
        capabilities: listOf(hello.capabilities, "hello.capabilities", textOf),
        holds: revisionOf(hello.holds, "hello.holds"),
        digest: digestOf(hello.digest, "hello.digest"),
        instance: textOf(hello.instance, "hello.instance"),
        process: hello.process === "" ? "" : textOf(hello.process, "hello.process", 128),
        clusterUid: textOf(hello.clusterUid, "hello.clusterUid"),
        serves: listOf(hello.serves, "hello.serves", textOf),
        resync: hello.resync,
        dataPlane: hello.dataPlane && dataPlaneFromWire(hello.dataPlane, "hello.dataPlane"),
      };
    }
    case "challenge":
      if (body.value.nonce.length !== 32) throw invalidField("challenge.nonce", "must be 32 bytes");
      return { type: "challenge", nonce: body.value.nonce };
    case "proof":
      if (body.value.signature.length !== 64) throw invalidField("proof.signature", "must be 64 bytes");
      return { type: "proof", signature: body.value.signature };
    case "welcome":
      return welcome(body.value);
    case "inventory":
      return {
        type: "inventory",
        sync: whole(body.value.sync, "inventory.sync"),
        entries: listOf(body.value.entries, "inventory.entries", (entry, field) => ({
          key: keyOf(entry.key, `${field}.key`),
          digest: entry.digest.length === 0 ? "" : digestOf(entry.digest, `${field}.digest`),
          revision: revisionOf(entry.revision, `${field}.revision`),
        })),
        last: body.value.last,
      };
    case "delta":
      return delta(body.value);
    case "ack": {
      const { seq, through } = body.value;
      return { type: "ack", seq: whole(seq, "ack.seq"), through: revisionOf(through, "ack.through") };
    }
    case "clusterState":
      return clusterState(body.value);
    case "nodeStates":
      return nodeStates(body.value);
    case "digest": {
      const { through, digest } = body.value;
      return {
        type: "digest",
        through: revisionOf(through, "digest.through"),
        digest: digestOf(digest, "digest.digest"),
      };
    }
    case "factsOffer":
      return { type: "factsOffer" };
    case "factsHead":
      return factsHead(body.value);
    case "facts":
      return facts(body.value);
    case "factsAck": {
      const { round, seq, refused } = body.value;
      return { type: "factsAck", round: whole(round, "factsAck.round"), seq: whole(seq, "factsAck.seq"), refused };
    }
    case "ping":
    case "pong":
      return { type: body.case, id: whole(body.value.id, `${body.case}.id`) };
    case "goodbye": {
      const { code, reason, retryAfterMs } = body.value;
      return { type: "goodbye", code: textOf(code, "goodbye.code"), reason: reason.slice(0, 1024), retryAfterMs };
    }
    default:
      throw new MeshError("frame_invalid", { public: "the frame has no body this version knows" });
  }
}

function welcome(value: Extract<WireFrame["body"], { case: "welcome" }>["value"]): Frame {
  const limits = value.limits;
  if (value.heartbeatMs < 10) throw invalidField("welcome.heartbeatMs", "must be at least 10");
  if (limits === undefined || limits.maxFrameBytes < 1024 || limits.window < 1 || limits.framesPerSecond < 1) {
    throw invalidField("welcome.limits", "must hold a frame size of at least 1024, a rate and a window");
  }
  const { maxFrameBytes, framesPerSecond, window } = limits;
  return {
    type: "welcome",
    heartbeatMs: value.heartbeatMs,
    limits: { maxFrameBytes, framesPerSecond, window },
    capabilities: value.capabilities,
    downgraded: value.downgraded,
    revision: revisionOf(value.revision, "welcome.revision"),
    resync: value.resync,
  };
}

function delta(value: Extract<WireFrame["body"], { case: "delta" }>["value"]): Frame {
  return {
    type: "delta",
    seq: whole(value.seq, "delta.seq"),
    from: revisionOf(value.from, "delta.from"),
    through: revisionOf(value.through, "delta.through"),
    upserts: listOf(value.upserts, "delta.upserts", (upsert, field) => ({
      key: keyOf(upsert.key, `${field}.key`),
      digest: digestOf(upsert.digest, `${field}.digest`),
      revision: revisionOf(upsert.revision, `${field}.revision`),
      intent: upsert.intent,
      body: upsert.body,
    })),
    tombstones: listOf(value.tombstones, "delta.tombstones", (tombstone, field) => ({
      key: keyOf(tombstone.key, `${field}.key`),
      revision: revisionOf(tombstone.revision, `${field}.revision`),
    })),
    last: value.last,
    sync: whole(value.sync, "delta.sync"),
  };
}
