import { type ClientRequestArgs, request } from "node:http";
import { isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as tlsConnect } from "node:tls";
import { MeshError } from "@fairlead/core";

const CONNECT_TIMEOUT_MS = 10_000;

/** The proxy environment as configured. */
export interface ProxySettings {
  readonly HTTPS_PROXY?: string | undefined;
  readonly HTTP_PROXY?: string | undefined;
  readonly NO_PROXY?: string | undefined;
}

/** The proxy for a URL; undefined when it is reached directly. */
export function proxyFor(url: URL, settings: ProxySettings): URL | undefined {
  const proxy = url.protocol === "wss:" ? settings.HTTPS_PROXY : settings.HTTP_PROXY;
  if (proxy === undefined) return undefined;
  const exceptions = (settings.NO_PROXY ?? "").split(",").map((item) => item.trim().toLowerCase());
  const host = url.hostname.toLowerCase();
  const direct = exceptions.some((item) => {
    if (item === "") return false;
    const suffix = item.startsWith(".") ? item : `.${item}`;
    return item === "*" || item === host || host.endsWith(suffix);
  });
  return direct ? undefined : new URL(proxy);
}

type Created = (error: Error | null, socket?: Duplex) => void;

/**
 * A `createConnection` for `http.request` that asks the proxy for a tunnel to the target (HTTP CONNECT), and speaks
 * TLS through it when the target is `wss`.
 */
export function throughProxy(proxy: URL, target: URL): (options: ClientRequestArgs, created: Created) => undefined {
  const port = target.port === "" ? (target.protocol === "wss:" ? "443" : "80") : target.port;
  const authority = `${target.hostname}:${port}`;
  return (_options, created) => {
    const connecting = request({
      host: proxy.hostname,
      port: proxy.port === "" ? 80 : Number(proxy.port),
      method: "CONNECT",
      path: authority,
      headers: { host: authority, ...authorization(proxy) },
      timeout: CONNECT_TIMEOUT_MS,
      agent: false,
    });
    const fail = (text: string, cause?: unknown) => {
      connecting.destroy();
      created(new MeshError("unavailable", { public: `proxy ${proxy.host}: ${text}`, cause }));
    };
    connecting.once("connect", (response, socket: Socket) => {
      if (response.statusCode !== 200) {
        fail(`CONNECT ${authority} was answered ${response.statusCode}`);
        return;
      }
      socket.setTimeout(0);
      socket.setNoDelay(true);
      if (target.protocol !== "wss:") {
        created(null, socket);
        return;
      }
      // Without a host, Node compares the certificate with the name of who the socket was opened to: the proxy.
      const host = target.hostname.replace(/^\[(.*)\]$/, "$1");
      const servername = isIP(host) === 0 ? { servername: host } : {};
      const secure = tlsConnect({ socket, host, ...servername, ALPNProtocols: ["http/1.1"] });
      secure.once("error", created);
      secure.once("secureConnect", () => {
        secure.off("error", created);
        created(null, secure);
      });
    });
    connecting.once("timeout", () => fail(`no answer within ${CONNECT_TIMEOUT_MS} ms`));
    connecting.once("error", (error) => fail(error.message, error));
    connecting.end();
    return undefined;
  };
}

function authorization(proxy: URL): Record<string, string> {
  if (proxy.username === "") return {};
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(credentials).toString("base64")}` };
}
