import type { IncomingMessage } from "node:http";
import { parse } from "yaml";
import { ApiFailure, badRequest } from "./api-failure.ts";
import { decodeProtobuf } from "./protobuf-body.ts";

/** The API server's limit. */
const MAX_BYTES = 3 * 1024 * 1024;

/** Reads and decodes a body: JSON, YAML, or protobuf as kubectl sends it; undefined when there is none. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const piece: Buffer = chunk;
    size += piece.length;
    if (size > MAX_BYTES) {
      throw new ApiFailure(413, "RequestEntityTooLarge", `Request entity too large: limit is ${MAX_BYTES}`);
    }
    chunks.push(piece);
  }
  if (size === 0) return undefined;
  const type = request.headers["content-type"] ?? "application/json";
  if (type === "application/vnd.kubernetes.protobuf") return decodeProtobuf(Buffer.concat(chunks));
  if (type.includes("cbor")) {
    throw new ApiFailure(415, "UnsupportedMediaType", `the body is ${type}; this server reads JSON and YAML`);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    return type.includes("yaml") && !text.trimStart().startsWith("{") ? parse(text) : JSON.parse(text);
  } catch (error) {
    throw badRequest(`error decoding the body: ${error instanceof Error ? error.message : String(error)}`);
  }
}
