import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canListen, firstUnprivilegedPort, pickPort } from "./ports.ts";

/** Addresses, ports and local secrets of one standalone instance. Chosen once, kept over restarts while they stay free. */
export interface Layout {
  readonly apiPort: number;
  readonly cloudAdminPort: number;
  readonly postgresPort: number;
  readonly objectServerPort: number;
  readonly nodeReportPort: number;
  readonly adminPorts: Readonly<Record<string, number>>;
  /** Where the example's services begin to look for free ports. */
  readonly examplePort: number;
  /** Second octet of this instance's loopback addresses, so that two instances on one machine never share one. */
  readonly block: number;
  /** Bearer tokens of the local object server, by the service account they stand for. */
  readonly tokens: Readonly<Record<ServiceAccount, string>>;
}

/** Who talks to the object server. */
export type ServiceAccount = "admin" | "connector" | "operator" | "agent";

/** The pool Gateways and Ingresses get addresses from on node `index` (0 is the one that status shows). */
export function addressPool(layout: Layout, index: number): string {
  return `127.${layout.block}.${index}.0/24`;
}

/** Added to listener ports this user may not bind: 0 for root and where the system allows low ports. */
export function portOffset(): number {
  return process.getuid?.() === 0 || firstUnprivilegedPort() <= 80 ? 0 : 10_000;
}

/** The API's port when it is free; the others follow it. */
export const DEFAULT_BASE_PORT = 7080;

/** The instance's layout: what was kept from last time, with anything now taken chosen anew. */
export async function readLayout(
  directory: string,
  processes: readonly string[],
  basePort = DEFAULT_BASE_PORT,
): Promise<Layout> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, "layout.json");
  const kept: Partial<Layout> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const taken = new Set<number>();
  const adminPorts: Record<string, number> = {};
  const apiPort = await pickPort(kept.apiPort ?? basePort, taken);
  const base = kept.postgresPort ?? basePort + 20;
  const layout: Layout = {
    apiPort,
    postgresPort: await pickPort(base, taken),
    cloudAdminPort: await pickPort(kept.cloudAdminPort ?? base + 1, taken),
    objectServerPort: await pickPort(kept.objectServerPort ?? base + 2, taken),
    nodeReportPort: await pickPort(kept.nodeReportPort ?? base + 3, taken),
    adminPorts,
    examplePort: kept.examplePort ?? basePort + 2_000,
    block: await pickBlock(kept.block ?? firstBlock(directory)),
    tokens: kept.tokens ?? { admin: newToken(), connector: newToken(), operator: newToken(), agent: newToken() },
  };
  for (const name of processes) adminPorts[name] = await pickPort(kept.adminPorts?.[name] ?? base + 10, taken);
  writeFileSync(file, `${JSON.stringify(layout, null, 2)}\n`, { mode: 0o600 });
  return layout;
}

function newToken(): string {
  return randomBytes(24).toString("base64url");
}

const FIRST_BLOCK = 64;
const BLOCKS = 128;

function firstBlock(directory: string): number {
  return FIRST_BLOCK + ((createHash("sha256").update(directory).digest()[0] ?? 0) % BLOCKS);
}

async function pickBlock(preferred: number): Promise<number> {
  const port = 80 + portOffset();
  for (let step = 0; step < BLOCKS; step++) {
    const block = FIRST_BLOCK + ((preferred - FIRST_BLOCK + step) % BLOCKS);
    const probes = await Promise.all([1, 2, 3].map((host) => canListen(port, `127.${block}.0.${host}`)));
    if (probes.every(Boolean)) return block;
  }
  throw new Error(`every loopback block from 127.${FIRST_BLOCK}.0.0 on has port ${port} in use`);
}
