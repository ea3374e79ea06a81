import { createLog, MeshError } from "@fairlead/core";
import { Agent } from "./agent.ts";
import { runBootstrapCommand } from "./bootstrap-command.ts";
import { readSettings } from "./settings.ts";

const log = createLog({ app: "agent" });

try {
  const [command, ...args] = process.argv.slice(2);
  if (command === "bootstrap") {
    runBootstrapCommand(args, process.env);
  } else {
    const onFatal = (error: unknown) => {
      log.error("configuration cannot be served", { error });
      process.exit(1);
    };
    const agent = await Agent.start({ settings: readSettings(), log, onFatal });
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => {
        void agent[Symbol.asyncDispose]().finally(() => process.exit(0));
      });
    }
  }
} catch (error) {
  const { public: message } = MeshError.from(error);
  log.error("agent cannot start", { error, reason: message });
  process.exitCode = 1;
}
