import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { DEFAULT_LIMITS, TUNNEL_PATH, TUNNEL_SUBPROTOCOL } from "@fairlead/tunnel";
import { WebSocketServer } from "ws";
import type { Hub } from "../hub/hub.ts";

/**
 * Lets connectors in at the tunnel's path. What does not speak our subprotocol, or comes while all handshake places
 * are taken, is answered before the upgrade, which costs next to nothing: that is what carries a reconnect storm.
 */
export function serveTunnel(server: Server, hub: Hub): void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: DEFAULT_LIMITS.maxFrameBytes,
    perMessageDeflate: false,
    handleProtocols: () => TUNNEL_SUBPROTOCOL,
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const path = (request.url ?? "").split("?")[0];
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
    if (path !== TUNNEL_PATH) return refuse(socket, "404 Not Found");
    if (!offered.includes(TUNNEL_SUBPROTOCOL)) return refuse(socket, "400 Bad Request");
    if (!hub.hasRoom) return refuse(socket, "503 Service Unavailable", 1 + Math.floor(Math.random() * 5));
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // Deltas are small and each is waited for: never hold one back to fill a packet.
      if ("setNoDelay" in socket && typeof socket.setNoDelay === "function") socket.setNoDelay(true);
      hub.accept(webSocket);
    });
  });
}

function refuse(socket: Duplex, status: string, retryAfterS?: number): void {
  const retry = retryAfterS === undefined ? "" : `Retry-After: ${retryAfterS}\r\n`;
  socket.end(`HTTP/1.1 ${status}\r\n${retry}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}
