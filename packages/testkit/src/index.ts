export { cachePath } from "./cache.ts";
export { type EventuallyOptions, eventually } from "./eventually.ts";
export { freePort } from "./free-port.ts";
export { ensureKubectl, KUBECTL_VERSION, type Kubectl } from "./kubectl.ts";
export { type Postgres, type PostgresOptions, startPostgres } from "./postgres.ts";
export { type Program, type ProgramOptions, startProgram } from "./program.ts";
export { type TempDir, tempDir } from "./temp-dir.ts";
export { type TestDatabase, type TestDatabaseOptions, testDatabase } from "./test-database.ts";
