import { existsSync, readdirSync, rmSync } from "node:fs";
import { lockLab } from "./machine/lab-lock.ts";
import { Ledger } from "./machine/ledger.ts";
import { removeResource } from "./machine/remove-resource.ts";
import { describeResource } from "./machine/resource.ts";
import type { Say } from "./stages.ts";

/**
 * Takes away everything the lab in `directory` made, newest first, whether or not `up` ever came to its end.
 * True when there was something. What cannot be taken away is said, and the lab stays recorded for another try:
 * throws an `AggregateError` then.
 */
export async function down(directory: string, say: Say = () => {}): Promise<boolean> {
  using _ = lockLab(directory);
  return removeLab(directory, say);
}

/** `down` for who holds the lab's lock already. */
export async function removeLab(directory: string, say: Say): Promise<boolean> {
  if (!Ledger.exists(directory)) return removeEmpty(directory);
  let resources: Ledger["resources"];
  {
    using ledger = Ledger.open({ directory });
    resources = ledger.resources;
  }
  const problems: Error[] = [];
  for (const resource of resources.toReversed()) {
    // The directory, which holds the record itself, goes only when all else has gone.
    if (resource.kind === "directory" && resource.path === directory && problems.length > 0) continue;
    try {
      await removeResource(resource);
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      say(`could not remove ${describeResource(resource)}: ${words}`);
      problems.push(new Error(`${describeResource(resource)}: ${words}`));
    }
  }
  if (problems.length > 0) throw new AggregateError(problems, `${problems.length} things could not be removed`);
  return true;
}

/** A crash between making the directory and writing its first record. */
function removeEmpty(directory: string): boolean {
  if (!existsSync(directory)) return false;
  const left = readdirSync(directory);
  if (left.some((name) => !name.startsWith("made.journal"))) {
    throw new Error(`${directory} holds files but no record of a lab; it is not ours to delete`);
  }
  rmSync(directory, { recursive: true, force: true });
  return true;
}
