import { createLog } from "@fairlead/core";
import { Connector } from "./connector.ts";
import { runDrainCommand } from "./drain/drain-command.ts";
import { Replica } from "./replica/replica.ts";
import { readSettings } from "./settings.ts";

/** Exit status that asks a supervisor to start the process again (sysexits EX_TEMPFAIL). */
const START_AGAIN = 75;

const log = createLog({ app: "connector" });

try {
  const [command, ...args] = process.argv.slice(2);
  if (command === "drain") process.exit(await runDrainCommand(args, log));
  const settings = readSettings();
  const onHopeless = () => startAgain("no tunnel session for too long, or state that cannot be kept");
  const onLost = (why: unknown) => startAgain("another replica may lead", why);
  const connector =
    settings.FAIRLEAD_STATE === "cluster"
      ? await Replica.start({ settings, log, onHopeless, onLost })
      : await Connector.start({ settings, log, onHopeless });
  log.info("connector started", { adminPort: connector.adminPort, nodeReportPort: connector.nodeReportPort });
  const stop = () => {
    // A peer that does not let go must not keep the process.
    setTimeout(() => process.exit(0), 5_000).unref();
    void connector[Symbol.asyncDispose]().then(() => process.exit(0));
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
} catch (error) {
  log.error("connector cannot start", { error });
  process.exit(1);
}

function startAgain(reason: string, why?: unknown): never {
  log.error("connector starts afresh", { reason, ...(why !== undefined && { error: why }) });
  process.exit(START_AGAIN);
}
