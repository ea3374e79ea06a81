import { homedir } from "node:os";
import { join } from "node:path";

/** Where heavy artefacts live, outside the tree: `FAIRLEAD_CACHE`, else `~/.cache/fairlead`. */
export function cachePath(...parts: string[]): string {
  return join(process.env.FAIRLEAD_CACHE ?? join(homedir(), ".cache", "fairlead"), ...parts);
}
