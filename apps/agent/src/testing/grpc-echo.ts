import { createServer, type ServerHttp2Session } from "node:http2";
import {
  create,
  createFileRegistry,
  type DescMethod,
  type DescMethodBiDiStreaming,
  type DescMethodUnary,
  isMessage,
  type Message,
} from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  file_google_protobuf_wrappers,
  type StringValue,
  StringValueSchema,
} from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";

const SERVICE = "test.Echo";
const TEXT = ".google.protobuf.StringValue";

/** `test.Echo/Say`: answers with the backend's name, what was said, and trailers; `fail` is an error. */
export const say = unary("Say");

/** `test.Echo/Chat`: answers each message as it comes. */
export const chat = bothWays("Chat");

/** `test.Echo/Shout`, the same as `Say`. */
export const shout = unary("Shout");

/** A text as these methods take it. */
export function text(value: string): StringValue {
  return create(StringValueSchema, { value });
}

/** The text of a message. */
export function textOf(message: Message): string {
  return isMessage(message, StringValueSchema) ? message.value : "";
}

/** A gRPC server on loopback. */
export interface GrpcEcho extends AsyncDisposable {
  readonly port: number;
}

/** Starts a gRPC server that speaks HTTP/2 from the first byte. */
export async function grpcEcho(name: string): Promise<GrpcEcho> {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer(connectNodeAdapter({ routes: (router) => serve(router, name) }));
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}

function serve(router: ConnectRouter, name: string): void {
  for (const called of [say, shout]) {
    router.rpc(called, (request, context) => {
      context.responseHeader.set("x-backend", name);
      context.responseHeader.set("x-seen", context.requestHeader.get("x-set") ?? "");
      context.responseTrailer.set("x-trailer", `after ${textOf(request)}`);
      if (textOf(request) === "fail") throw new ConnectError("told to", Code.FailedPrecondition, { "x-why": "test" });
      return text(`${name}: ${textOf(request)}`);
    });
  }
  router.rpc(chat, async function* (requests, context) {
    context.responseTrailer.set("x-trailer", "said all");
    for await (const request of requests) yield text(`${name}: ${textOf(request)}`);
  });
}

function unary(name: string): DescMethodUnary {
  const found = method(name);
  if (!isUnary(found)) throw new Error(`${name} streams`);
  return found;
}

function bothWays(name: string): DescMethodBiDiStreaming {
  const found = method(name);
  if (!isBothWays(found)) throw new Error(`${name} does not stream both ways`);
  return found;
}

function isUnary(found: DescMethod): found is DescMethodUnary {
  return found.methodKind === "unary";
}

function isBothWays(found: DescMethod): found is DescMethodBiDiStreaming {
  return found.methodKind === "bidi_streaming";
}

function method(name: string): DescMethod {
  const file = create(FileDescriptorProtoSchema, {
    name: "echo.proto",
    package: "test",
    syntax: "proto3",
    dependency: ["google/protobuf/wrappers.proto"],
    service: [
      {
        name: "Echo",
        method: [
          { name: "Say", inputType: TEXT, outputType: TEXT },
          { name: "Shout", inputType: TEXT, outputType: TEXT },
          { name: "Chat", inputType: TEXT, outputType: TEXT, clientStreaming: true, serverStreaming: true },
        ],
      },
    ],
  });
  const service = createFileRegistry(file, () => file_google_protobuf_wrappers).getService(SERVICE);
  const found = service?.methods.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no method ${name}`);
  return found;
}
