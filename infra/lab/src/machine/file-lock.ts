import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { identify, isAlive, type ProcessIdentity } from "./processes.ts";

/** A lock that was taken, or the living process that has it. */
export type LockAttempt = { readonly lock: Disposable } | { readonly owner: ProcessIdentity };

/** Takes the lock whose file is `path` if nobody who lives has it. A lock left by a process that was killed does not count. */
export function tryLock(path: string): LockAttempt {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(identify(process.pid)));
  try {
    for (;;) {
      try {
        // Unlike opening exclusively this makes the file with its content in one step.
        linkSync(draft, path);
        return { lock: { [Symbol.dispose]: () => rmSync(path, { force: true }) } };
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      }
      const owner = read(path);
      if (owner !== undefined && isAlive(owner)) return { owner };
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Takes the lock, waiting for who has it; `onWait` is told once whom. */
export async function waitForLock(path: string, onWait: (owner: ProcessIdentity) => void): Promise<Disposable> {
  for (let waited = false; ; waited = true) {
    const attempt = tryLock(path);
    if ("lock" in attempt) return attempt.lock;
    if (!waited) onWait(attempt.owner);
    await sleep(500);
  }
}

function read(path: string): ProcessIdentity | undefined {
  try {
    const owner: ProcessIdentity = JSON.parse(readFileSync(path, "utf8"));
    return owner;
  } catch {
    // Gone between two looks.
    return undefined;
  }
}
