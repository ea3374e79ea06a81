import { MeshError } from "@fairlead/core";
import { tryLock } from "./file-lock.ts";

/**
 * Makes this process the only one that brings up or takes down the lab in `directory`, until disposed.
 * Throws `unavailable`, naming the other process, when there is one that lives.
 */
export function lockLab(directory: string): Disposable {
  const attempt = tryLock(`${directory}.lock`);
  if ("lock" in attempt) return attempt.lock;
  throw new MeshError("unavailable", {
    public: `Process ${attempt.owner.pid} is working on the lab in ${directory}; wait for it`,
  });
}
