import type { Log } from "@fairlead/core";
import { type Postgres, type PostgresOptions, startPostgres } from "@fairlead/testkit";

/** The embedded PostgreSQL under supervision. */
export interface Database extends AsyncDisposable {
  /** Connection of its owner; has the password in it. */
  readonly url: string;
  /** Process id of the server now running. */
  readonly pid: () => number;
}

/** Starts PostgreSQL on a fixed port and starts it again, on the same data, whenever it ends by itself. */
export async function startDatabase(options: {
  readonly dataDir: string;
  readonly port: number;
  readonly log: Log;
}): Promise<Database> {
  const settings: PostgresOptions = {
    dataDir: options.dataDir,
    port: options.port,
    log: (line) => options.log.debug("postgres", { line }),
  };
  let server = await startPostgres(settings);
  let stopping = false;
  const keep = async (running: Postgres): Promise<void> => {
    const reason = await running.ended;
    if (stopping) return;
    options.log.warn("postgres ended, starting it again", { reason });
    server = await startPostgres(settings);
    return keep(server);
  };
  keep(server).catch((error: unknown) => options.log.error("postgres did not start again", { error }));
  return {
    url: server.url,
    pid: () => server.pid,
    [Symbol.asyncDispose]: async () => {
      stopping = true;
      await server.stop();
    },
  };
}
