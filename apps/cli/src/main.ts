#!/usr/bin/env node
import { processIo } from "./io.ts";
import { run } from "./program.ts";

// A reader that has had enough (`fairlead get … | head`) is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});
process.exitCode = await run(process.argv.slice(2), processIo());
