import { readFileSync } from "node:fs";
import { createServer } from "node:net";

/** Whether this user may listen there now. */
export function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The first free port from `preferred` on, else any. */
export async function pickPort(preferred: number, taken: Set<number>, host = "127.0.0.1"): Promise<number> {
  for (let port = preferred; port < preferred + 100; port++) {
    if (!taken.has(port) && (await canListen(port, host))) {
      taken.add(port);
      return port;
    }
  }
  throw new Error(`no free port from ${preferred} to ${preferred + 99} on ${host}`);
}

/** The lowest port an ordinary user may bind. Source: ip-sysctl, ip_unprivileged_port_start. */
export function firstUnprivilegedPort(): number {
  try {
    return Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8"));
  } catch {
    return 1024;
  }
}
