import { MeshError } from "@fairlead/core";
import { runCommand } from "./cli/commands.ts";

try {
  process.exitCode = await runCommand(process.argv.slice(2));
} catch (error) {
  const words = error instanceof MeshError ? error.public : error instanceof Error ? error.message : String(error);
  console.error(words);
  process.exitCode = 1;
}
