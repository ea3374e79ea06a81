import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TempDir extends AsyncDisposable {
  readonly path: string;
}

/** A new empty folder (mode 0700) that goes away with everything in it when disposed. */
export async function tempDir(prefix = "test"): Promise<TempDir> {
  const path = await mkdtemp(join(tmpdir(), `fairlead-${prefix}-`));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}
