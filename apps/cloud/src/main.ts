import { parseArgs } from "node:util";
import { createLog, MeshError } from "@fairlead/core";
import { bootstrapCommand, migrateCommand, restoredCommand } from "./process/admin-commands.ts";
import { readCloudConfig } from "./process/config.ts";
import { startCloud } from "./process/start-cloud.ts";

const USAGE = `usage: cloud [--role api,tunnel,worker]
       cloud migrate
       cloud bootstrap --organization NAME [--token-file PATH]
       cloud restored
`;

const log = createLog({ app: "cloud" });

try {
  await main();
} catch (thrown) {
  const error = MeshError.from(thrown);
  process.stderr.write(`cloud: ${error.code === "internal" ? error.message : error.public}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  const [command = "serve", ...rest] = positionals;
  if (values.help === true) {
    process.stdout.write(USAGE);
  } else if (command === "serve" && rest.length === 0) {
    await serve(values.role);
  } else if (command === "migrate" && rest.length === 0) {
    print(await migrateCommand(process.env, log));
  } else if (command === "bootstrap" && rest.length === 0 && values.organization !== undefined) {
    const tokenFile = values["token-file"];
    print(await bootstrapCommand(process.env, { organization: values.organization, tokenFile }));
  } else if (command === "restored" && rest.length === 0) {
    print(await restoredCommand(process.env));
  } else {
    throw new MeshError("invalid_request", { public: `these arguments make no command\n${USAGE}` });
  }
}

function readArguments() {
  const options = {
    role: { type: "string" },
    organization: { type: "string" },
    "token-file": { type: "string" },
    help: { type: "boolean", short: "h" },
  } as const;
  try {
    return parseArgs({ options, allowPositionals: true });
  } catch (error) {
    const text = error instanceof Error ? error.message : "unreadable arguments";
    throw new MeshError("invalid_request", { public: `${text}\n${USAGE}`, cause: error });
  }
}

async function serve(role: string | undefined): Promise<void> {
  const cloud = await startCloud(readCloudConfig(process.env, role), log);
  const stop = (signal: string) => {
    log.info("cloud is going down", { signal });
    // A second signal, or work that does not end, must not keep the process.
    process.once("SIGINT", () => process.exit(130));
    setTimeout(() => process.exit(1), 15_000).unref();
    cloud.close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error("shutdown failed", { error });
        process.exit(1);
      },
    );
  };
  process.once("SIGTERM", () => stop("SIGTERM"));
  process.once("SIGINT", () => stop("SIGINT"));
}

function print(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
