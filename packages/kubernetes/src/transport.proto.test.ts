import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { join } from "node:path";
import { MeshError, Secret } from "@fairlead/core";
import { tempDir } from "@fairlead/testkit";
import { describe, expect, test } from "vitest";
import { KubernetesClient } from "./client.ts";
import type { Connection } from "./connection.ts";

const pem = (name: string) => readFileSync(join(import.meta.dirname, "../testdata/tls", name), "utf8");

interface Peer extends AsyncDisposable {
  readonly port: number;
}

async function listen(server: Server): Promise<Peer> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const plain = (onRequest: RequestListener) => listen(createHttpServer(onRequest));

const secure = () =>
  listen(
    createHttpsServer(
      {
        cert: pem("server.pem"),
        key: pem("server.key"),
        ca: pem("ca.pem"),
        requestCert: true,
        rejectUnauthorized: true,
      },
      (_, response) => response.end('{"gitVersion":"v1"}'),
    ),
  );

function connect(peer: Peer, connection: Partial<Connection> = {}, requestTimeoutMs = 5000): KubernetesClient {
  const server = `http://127.0.0.1:${peer.port}`;
  return new KubernetesClient({ connection: { server, namespace: "default", ...connection }, requestTimeoutMs });
}

describe("TLS", () => {
  const ours = {
    certificateAuthority: pem("ca.pem"),
    clientCertificate: pem("client.pem"),
    clientKey: new Secret(pem("client.key")),
  };

  test("the server is verified by the CA of the kubeconfig, and we are by our certificate", async () => {
    await using peer = await secure();
    await using client = connect(peer, { ...ours, server: `https://127.0.0.1:${peer.port}` });
    expect(await client.raw("/version")).toEqual({ gitVersion: "v1" });
  });

  test("a name given for the server is the one its certificate must have", async () => {
    await using peer = await secure();
    await using right = connect(peer, {
      ...ours,
      server: `https://127.0.0.1:${peer.port}`,
      tlsServerName: "kubernetes",
    });
    expect(await right.raw("/version")).toEqual({ gitVersion: "v1" });
    await using wrong = connect(peer, { ...ours, server: `https://127.0.0.1:${peer.port}`, tlsServerName: "other" });
    await expect(wrong.raw("/version")).rejects.toMatchObject({
      code: "unavailable",
      public: expect.stringContaining("other"),
    });
  });

  test("an unknown CA and a missing client certificate end in no answer", async () => {
    await using peer = await secure();
    const server = `https://127.0.0.1:${peer.port}`;
    await using distrustful = connect(peer, { server });
    await expect(distrustful.raw("/version")).rejects.toMatchObject({ code: "unavailable" });
    await using nameless = connect(peer, { server, certificateAuthority: pem("ca.pem") });
    await expect(nameless.raw("/version")).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("credentials", () => {
  test("a token file is read, and the token is in no error", async () => {
    await using folder = await tempDir("token");
    const tokenFile = join(folder.path, "token");
    await writeFile(tokenFile, "from-file\n");
    const seen: (string | undefined)[] = [];
    await using peer = await plain((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(500).end("no");
    });
    await using client = connect(peer, { tokenFile, token: new Secret("not-this-one") });
    const error: unknown = await client.raw("/version").catch((thrown: unknown) => thrown);
    expect(seen).toEqual(["Bearer from-file"]);
    expect(`${error} ${JSON.stringify(error)}`).not.toContain("from-file");
  });
});

describe("what is not an answer of an API server", () => {
  test.each([
    ["a proxy's page", 502, "<html>Bad Gateway</html>", "unavailable", "The Kubernetes API answered 502."],
    ["no JSON", 200, "<html>", "unavailable", "The Kubernetes API answered with something that is not JSON."],
    ["a login page", 401, "<html>", "unauthenticated", "The Kubernetes API answered 401."],
  ])("%s is an error that says so", async (_, code, body, errorCode, text) => {
    await using peer = await plain((__, response) => response.writeHead(code).end(body));
    await using client = connect(peer);
    await expect(client.raw("/version")).rejects.toMatchObject({ code: errorCode, public: text });
  });

  test("silence ends in a timeout, a closed port in unavailable", async () => {
    const peer = await plain(() => {});
    await using client = connect(peer, {}, 300);
    await expect(client.raw("/version")).rejects.toMatchObject({ code: "timeout" });
    await peer[Symbol.asyncDispose]();
    await expect(client.raw("/version")).rejects.toMatchObject({
      code: "unavailable",
      public: expect.stringContaining(`http://127.0.0.1:${peer.port} cannot be reached`),
    });
  });

  test("an aborted request ends with the reason it was aborted for", async () => {
    await using peer = await plain(() => {});
    await using client = connect(peer);
    const abort = new AbortController();
    const request = client.raw("/version", { signal: abort.signal });
    abort.abort(new MeshError("unavailable", { public: "no longer wanted" }));
    await expect(request).rejects.toThrow("no longer wanted");
  });
});
