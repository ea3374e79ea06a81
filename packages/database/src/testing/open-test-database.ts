import { testDatabase } from "@fairlead/testkit";
import postgres, { type Sql } from "postgres";
import { type Database, openDatabase } from "../database.ts";
import { migrate, runtimeUrl } from "../migrate.ts";

export interface OpenTestDatabase extends AsyncDisposable {
  readonly database: Database;
  /** A raw connection as the runtime's login. */
  readonly runtime: Sql;
  /** A raw connection as the superuser who owns the tables. */
  readonly owner: Sql;
  readonly ownerUrl: string;
}

const RUNTIME = { name: "fairlead_test", password: "test" };

/** A migrated database of one's own, opened as the product opens it, with raw connections beside it. */
export async function openTestDatabase(): Promise<OpenTestDatabase> {
  const server = await testDatabase({ migrate: (ownerUrl) => migrate({ ownerUrl, runtime: RUNTIME }) });
  const database = await openDatabase({ url: runtimeUrl(server.ownerUrl, RUNTIME) });
  const quiet = { max: 2, onnotice: () => {} };
  const runtime = postgres(runtimeUrl(server.ownerUrl, RUNTIME), quiet);
  const owner = postgres(server.ownerUrl, quiet);
  return {
    database,
    runtime,
    owner,
    ownerUrl: server.ownerUrl,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([database.close(), runtime.end({ timeout: 1 }), owner.end({ timeout: 1 })]);
      await server[Symbol.asyncDispose]();
    },
  };
}
