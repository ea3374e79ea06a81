import { ApiFailure, badRequest } from "./api-failure.ts";
import type { JsonRecord } from "./json-value.ts";
import { type FieldKind, type Message, messages } from "./protobuf-messages.ts";

/** The envelope every object is in: `Unknown` with the type beside the bytes. */
const envelope: Message = {
  1: {
    name: "typeMeta",
    kind: { message: { 1: { name: "apiVersion", kind: "string" }, 2: { name: "kind", kind: "string" } } },
  },
  2: { name: "raw", kind: "bytes" },
  3: { name: "contentEncoding", kind: "string" },
  4: { name: "contentType", kind: "string" },
};
const MAGIC = Buffer.from("k8s\0");

/**
 * An object that came in protobuf, as `kubectl create` sends built-in kinds. A field we do not know is refused rather
 * than lost. Zero values read as absent, which is what they mean.
 */
export function decodeProtobuf(body: Buffer): JsonRecord {
  if (!body.subarray(0, 4).equals(MAGIC)) throw badRequest("the body is not a Kubernetes object in protobuf");
  const { typeMeta, raw } = decode(body.subarray(4), envelope, "the envelope");
  const { apiVersion, kind } =
    typeof typeMeta === "object" && typeMeta !== null
      ? { apiVersion: "", kind: "", ...typeMeta }
      : { apiVersion: "", kind: "" };
  const name = `${apiVersion} ${kind}`;
  const message = messages[name];
  if (message === undefined) {
    throw new ApiFailure(415, "UnsupportedMediaType", `${name} is not read in protobuf by this server; send JSON`);
  }
  return { apiVersion, kind, ...decode(Buffer.from(typeof raw === "string" ? raw : "", "base64"), message, name) };
}

function decode(bytes: Buffer, message: Message, where: string): JsonRecord {
  const result: Record<string, unknown> = {};
  const reader = new Reader(bytes);
  while (!reader.isDone) {
    const tag = reader.varint();
    const number = Math.floor(tag / 8);
    const value = reader.value(tag % 8);
    const field = message[number];
    const isEmpty = value === 0 || (typeof value !== "number" && value.length === 0);
    if (field === undefined) {
      if (isEmpty) continue;
      throw badRequest(`field ${number} of ${where} is not read in protobuf by this server; send JSON`);
    }
    if (field.kind === "ignored") continue;
    const { name, kind } = field;
    if (typeof kind === "object" && "inline" in kind) Object.assign(result, decode(asBytes(value), kind.inline, where));
    else if (typeof kind === "object" && "map" in kind)
      result[name] = { ...objectOf(result[name]), ...mapEntry(asBytes(value), kind.map) };
    else if (field.list) result[name] = [...listOf(result[name]), read(value, kind, `${where}.${name}`)];
    else if (!isEmpty) result[name] = read(value, kind, `${where}.${name}`);
  }
  return result;
}

function read(value: number | Buffer, kind: FieldKind, where: string): unknown {
  if (kind === "number") return typeof value === "number" ? value : badNumber(where);
  if (kind === "boolean") return value === 1;
  const bytes = asBytes(value);
  if (kind === "bytes") return bytes.toString("base64");
  if (typeof kind === "object" && "message" in kind) {
    const decoded = decode(bytes, kind.message, where);
    return where.endsWith(".targetPort") ? (decoded.strVal ?? decoded.intVal ?? 0) : decoded;
  }
  return bytes.toString("utf8");
}

function mapEntry(bytes: Buffer, kind: "string" | "bytes"): JsonRecord {
  const { key = "", value = "" } = decode(
    bytes,
    { 1: { name: "key", kind: "string" }, 2: { name: "value", kind } },
    "a map",
  );
  return { [String(key)]: value };
}

function asBytes(value: number | Buffer): Buffer {
  if (typeof value === "number") throw badRequest("the protobuf body has a number where bytes belong");
  return value;
}

function badNumber(where: string): never {
  throw badRequest(`the protobuf body has bytes where the number ${where} belongs`);
}

function objectOf(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The wire format. Source: protobuf.dev/programming-guides/encoding. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isDone(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) break;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw badRequest("the protobuf body ends in the middle of a number");
  }

  value(wireType: number): number | Buffer {
    if (wireType === 0) return this.varint();
    if (wireType !== 2)
      throw badRequest(`the protobuf body has a field of wire type ${wireType}, which no kind here uses`);
    const length = this.varint();
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw badRequest("the protobuf body ends in the middle of a field");
    return this.#bytes.subarray(start, this.#at);
  }
}
