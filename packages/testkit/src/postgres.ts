import { resolve } from "node:path";
import { ownDataDir } from "./data-dir-owner.ts";
import { freePort } from "./free-port.ts";
import { postgresBinaries } from "./postgres-binaries.ts";
import { ensureCluster, POSTGRES_DATABASE, POSTGRES_OWNER, type PostgresCluster } from "./postgres-cluster.ts";
import { type Program, startProgram } from "./program.ts";

export interface PostgresOptions {
  /** Where the data lives; made when missing. Survives restarts, also after `kill -9`. */
  readonly dataDir: string;
  /** Port on 127.0.0.1. Default: a free one. */
  readonly port?: number;
  /** Whether a commit waits for the disk. Only tests may say false. Default true. */
  readonly fsync?: boolean;
  /** Called with every line the server logs, and with what we do ourselves. */
  readonly log?: (line: string) => void;
}

/** A running PostgreSQL 18. */
export interface Postgres extends AsyncDisposable {
  /** Connection of the superuser who owns the database; has the password in it. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server has ended, with what ended it. */
  readonly ended: Promise<string>;
  /** Fast shutdown: transactions are rolled back, data is flushed. */
  stop(): Promise<void>;
  /** SIGKILL: what a power cut does. */
  kill(): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL, as root and as an ordinary user, and resolves once it answers. It listens on
 * 127.0.0.1 alone, has no Unix socket (paths may be too long for one), asks for a password, and ends with this process.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const dataDir = resolve(options.dataDir);
  const log = options.log ?? (() => {});
  const cluster = await ensureCluster(dataDir, log);
  const disown = await ownDataDir(dataDir, cluster.folder);
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const program = launch(cluster, port, options.fsync ?? true, log);
    const problem = await readiness(program);
    if (problem === undefined) return running(program, cluster, port, disown);
    // Somebody took the free port between our asking and the server's binding; the old memory goes with its processes.
    const passing = /could not bind|shared memory block .* still in use/.test(problem);
    if (!passing || attempt === 5 || (options.port !== undefined && problem.includes("could not bind"))) {
      disown();
      throw new Error(`PostgreSQL did not start:\n${problem}`);
    }
  }
}

function launch(cluster: PostgresCluster, port: number, fsync: boolean, log: (line: string) => void): Program {
  const settings = {
    listen_addresses: "127.0.0.1",
    port: `${port}`,
    unix_socket_directories: "",
    max_connections: "100",
    // Our statements are short: compiling them costs more than it saves.
    jit: "off",
    // A young database grows from nothing to thousands of rows within the default minute, on plans made for nothing.
    autovacuum_naptime: "2s",
    timezone: "UTC",
    lc_messages: "C",
    ...(fsync ? {} : { fsync: "off", full_page_writes: "off", synchronous_commit: "off", shared_buffers: "32MB" }),
  };
  return startProgram({
    ...cluster.unprivileged,
    command: postgresBinaries().postgres,
    args: ["-D", cluster.folder, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    env: { LC_ALL: "C", TZ: "UTC" },
    stopSignal: "SIGINT",
    onLine: log,
  });
}

/** Undefined once the server takes connections; what it said when it ended instead. */
async function readiness(program: Program): Promise<string | undefined> {
  let ended: string | undefined;
  void program.ended.then((end) => {
    ended = end;
  });
  while (ended === undefined) {
    if (program.lines.some((line) => line.includes("ready to accept connections"))) return undefined;
    await new Promise((next) => setTimeout(next, 10));
  }
  return `${program.lines.slice(-20).join("\n")}\n${ended}`;
}

function running(program: Program, cluster: PostgresCluster, port: number, disown: () => void): Postgres {
  const end = async (how: () => Promise<void>) => {
    await how();
    disown();
  };
  const stop = () => end(() => program.stop());
  return {
    url: `postgres://${POSTGRES_OWNER}:${cluster.password}@127.0.0.1:${port}/${POSTGRES_DATABASE}`,
    port,
    pid: program.pid,
    ended: program.ended,
    stop,
    kill: () => end(() => program.kill()),
    [Symbol.asyncDispose]: stop,
  };
}
