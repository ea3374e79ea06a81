import { type ClientRequestArgs, createServer } from "node:http";
import { type AddressInfo, connect, type Server } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from "node:tls";
import { selfSigned } from "@fairlead/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { throughProxy } from "./proxy-connection.ts";

const own = selfSigned("127.0.0.1");
const others = selfSigned("localhost");
const trusted = getCACertificates("default");
const servers: Server[] = [];
let proxy: URL;

beforeAll(async () => {
  setDefaultCACertificates([...trusted, own.chain, others.chain]);
  const server = createServer().on("connect", ({ url = "" }, client, head) => {
    const upstream = connect(Number(url.split(":")[1]), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => {}).on("close", () => client.destroy());
    client.on("error", () => {}).on("close", () => upstream.destroy());
  });
  proxy = new URL(`http://localhost:${await listen(server)}`);
});

afterAll(async () => {
  setDefaultCACertificates(trusted);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // SAFETY: a server that listens on a port has such an address.
  return (server.address() as AddressInfo).port;
}

/** Speaks TLS through the proxy with a server at an address, and gives its first words. */
async function firstWords({ chain, key }: { readonly chain: string; readonly key: string }): Promise<string> {
  const port = await listen(createTlsServer({ cert: chain, key }, (socket) => socket.end("good day")));
  const options: ClientRequestArgs = {};
  const socket = await new Promise<Duplex>((resolve, reject) => {
    throughProxy(proxy, new URL(`wss://127.0.0.1:${port}`))(options, (error, made) => {
      if (made === undefined) reject(error);
      else resolve(made);
    });
  });
  return (await socket.setEncoding("utf8").toArray()).join("");
}

test("a cloud at an address is believed by a certificate for that address, not by one for the proxy's name", async () => {
  expect(await firstWords(own)).toBe("good day");
  await expect(firstWords(others)).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
});
