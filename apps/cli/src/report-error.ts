import { describeProblem } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import type { Io } from "./io.ts";

/** Says on standard error what failed: the public text, then each field the text does not already name. */
export function reportError(io: Io, thrown: unknown): void {
  if (!(thrown instanceof MeshError)) {
    io.err(`error: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    return;
  }
  io.err(`error: ${thrown.public}`);
  for (const field of thrown.fields) {
    const line = describeProblem(field);
    if (!thrown.public.includes(line)) io.err(`  ${line}`);
  }
  if (thrown.code === "unauthenticated") io.err("  give a token with FAIRLEAD_TOKEN or --token");
}
