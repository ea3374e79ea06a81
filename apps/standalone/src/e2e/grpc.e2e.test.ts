import { writeFileSync } from "node:fs";
import { connect, createServer, type Http2Server } from "node:http2";
import { join } from "node:path";
import { eventually } from "@fairlead/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Instance } from "../instance.ts";
import { fairlead } from "./cli.ts";
import { testInstance } from "./test-instance.ts";

// A gRPC route goes the whole way: manifest, cloud, connector, agent, Envoy, and back as proof.
let instance: Instance;
let backend: Http2Server;
beforeAll(async () => {
  instance = await testInstance();
  backend = await startGreeter();
});
afterAll(async () => {
  backend?.close();
  await instance?.[Symbol.asyncDispose]();
});

const ROUTE = `apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: greeter}
spec:
  parentRefs: [{name: my-gateway}]
  hostnames: [grpc.example]
  rules:
  - name: hello
    matches: [{method: {service: helloworld.Greeter, method: SayHello}}]
    filters: [{type: ResponseHeaderModifier, responseHeaderModifier: {set: [{name: x-rule, value: hello}]}}]
    backendRefs: [{name: greeter, port: 50051}]
`;

describe("a gRPC route", () => {
  test("is applied, proven on every node, and routes by service and method", async () => {
    writeFileSync(join(instance.directory, "cluster", "greeter.yaml"), service(portOf(backend)));
    await instance.folder.apply();
    const applied = await fairlead(instance, ["apply", "-f", "-", "--wait", "--timeout", "20s"], ROUTE);
    expect(applied).toMatchObject({ code: 0, stderr: expect.not.stringContaining("warning") });
    const hello = await call("/helloworld.Greeter/SayHello");
    expect(hello).toMatchObject({ status: 200, message: "hello", grpcStatus: "0", rule: "hello" });
    // What no rule matches is answered as gRPC clients expect: UNIMPLEMENTED.
    expect(await call("/helloworld.Greeter/SayBye")).toMatchObject({ grpcStatus: "12" });
  });

  test("is gone everywhere once it is deleted", async () => {
    expect(await fairlead(instance, ["delete", "gr/greeter", "--wait"])).toMatchObject({ code: 0 });
    await eventually(async () =>
      expect(await call("/helloworld.Greeter/SayHello")).toMatchObject({ grpcStatus: "12" }),
    );
  });
});

interface Answer {
  readonly status: number;
  readonly grpcStatus: string;
  readonly message: string;
  readonly rule: string;
}

/** One unary call over HTTP/2 without TLS. */
function call(path: string): Promise<Answer> {
  const session = connect(instance.endpoints.gateways["default/my-gateway"] ?? "");
  return new Promise<Answer>((resolve, reject) => {
    session.on("error", reject);
    const stream = session.request({
      ":method": "POST",
      ":path": path,
      ":authority": "grpc.example",
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.setTimeout(10_000, () => stream.destroy(new Error(`no answer to ${path} within 10 s`)));
    let [status, grpcStatus, rule, message] = [0, "", "", ""];
    stream.on("response", (headers) => {
      status = headers[":status"] ?? 0;
      rule = String(headers["x-rule"] ?? "");
      grpcStatus = String(headers["grpc-status"] ?? "");
    });
    stream.on("trailers", (trailers) => {
      grpcStatus = String(trailers["grpc-status"] ?? grpcStatus);
    });
    // A gRPC message comes after one byte of flags and four of length.
    stream.on("data", (chunk: Buffer) => {
      message += chunk.subarray(5).toString();
    });
    stream.on("error", reject);
    stream.on("end", () => resolve({ status, grpcStatus, rule, message }));
    stream.end(Buffer.alloc(5));
  }).finally(() => session.close());
}

function startGreeter(): Promise<Http2Server> {
  const server = createServer();
  server.on("stream", (stream) => {
    stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
    stream.end(Buffer.concat([Buffer.from([0, 0, 0, 0, 5]), Buffer.from("hello")]));
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function portOf(server: Http2Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function service(port: number): string {
  return `apiVersion: v1
kind: Service
metadata: {name: greeter, namespace: default}
spec: {ports: [{name: grpc, port: 50051}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: greeter, namespace: default, labels: {kubernetes.io/service-name: greeter}}
addressType: IPv4
endpoints: [{addresses: [127.0.0.1], conditions: {ready: true}}]
ports: [{name: grpc, port: ${port}, protocol: TCP}]
`;
}
