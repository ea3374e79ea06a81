import { Command, CommanderError, Option } from "commander";
import { apply } from "./commands/apply.ts";
import { applyKeptPlan } from "./commands/apply-plan.ts";
import { convergence } from "./commands/convergence.ts";
import { remove } from "./commands/delete.ts";
import { describe } from "./commands/describe.ts";
import { diff } from "./commands/diff.ts";
import { drift } from "./commands/drift.ts";
import { get } from "./commands/get.ts";
import { plan } from "./commands/plan.ts";
import { readWaitOptions, wait } from "./commands/wait.ts";
import { whoami } from "./commands/whoami.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { addManagement } from "./management.ts";
import { reportError } from "./report-error.ts";
import { addRouting } from "./routing.ts";
import { openSession, type Session } from "./session.ts";
import { type OutputFormat, readOutput } from "./settings.ts";

/** Makes a command's action: opens the session from the flags, keeps the exit code. */
export type Act = (
  work: (session: Session, words: string[], flags: Flags) => Promise<ExitCode>,
) => (...args: unknown[]) => Promise<void>;

/** What a command has that may do without an API. */
export interface Setting {
  readonly io: Io;
  readonly output: OutputFormat;
  /** Throws `invalid_field` when there is no API to talk to. */
  open(): Session;
}

/** As {@link Act}, without opening a session. */
export type ActAlone = (
  work: (setting: Setting, words: string[], flags: Flags) => Promise<ExitCode>,
) => (...args: unknown[]) => Promise<void>;

/** Flags of one command, read by name. */
interface Flags {
  text(name: string): string | undefined;
  /** A flag that has a default. */
  must(name: string): string;
  on(name: string): boolean;
  list(name: string): readonly string[];
}

/** Runs one command line (without `node` and the script) and gives the exit code. Never throws. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = build(io, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.error;
    reportError(io, error);
    return EXIT.error;
  }
}

function build(io: Io, done: (code: ExitCode) => void): Command {
  const actAlone: ActAlone =
    (work) =>
    async (...args) => {
      const command = args.at(-1);
      if (!(command instanceof Command)) throw new TypeError("commander passes the command last");
      const options: Readonly<Record<string, unknown>> = command.optsWithGlobals();
      const words = command.processedArgs.flat().filter((word) => word !== undefined);
      const setting = { io, output: readOutput(options), open: () => openSession(options, io) };
      done(await work(setting, words.map(String), flagsOf(options)));
    };
  const act: Act = (work) => actAlone((setting, words, flags) => work(setting.open(), words, flags));
  const program = new Command("fairlead")
    .description("Says what gateways, routes and ingresses should be, and waits until they are.")
    .option("--api-url <url>", "the API (FAIRLEAD_API_URL, else .fairlead/endpoints.json)")
    .option("--token <token>", "the API token; other users may see it in `ps`, so prefer FAIRLEAD_TOKEN")
    .option("--project <name>", "name or id (FAIRLEAD_PROJECT; the only one when there is just one)")
    .addOption(
      new Option("-o, --output <format>", "how results are printed").choices(["table", "wide", "json", "yaml"]),
    )
    .exitOverride()
    .showHelpAfterError("(--help says more)")
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) });
  addIntents(program, act);
  addConvergence(program, act);
  addManagement(program, act);
  addRouting(program, actAlone);
  program
    .command("whoami")
    .description("the organization and token in use")
    .action(act((session) => whoami(session)));
  return program;
}

function addIntents(program: Command, act: Act): void {
  const files = () => new Option("-f, --filename <path...>", "files, directories, or - for standard input").default([]);
  const namespace = () => new Option("-n, --namespace <namespace>", "the namespace in clusters");
  program
    .command("apply")
    .description("make intents what the manifests say")
    .addOption(files())
    .option(
      "--placement <selector>",
      "clusters for manifests without the annotation fairlead.dev/placement; default all",
    )
    .option("--dry-run", "check everything, write nothing")
    .addOption(
      new Option("--plan <file>", "carry out what `plan --out` kept, all of it or nothing").conflicts([
        "filename",
        "placement",
        "dryRun",
      ]),
    )
    .option("--wait", "until every node serves it")
    .addOption(timeoutFlag())
    .addOption(stageFlag())
    .action(
      act((session, _, flags) => {
        const file = flags.text("plan");
        if (file !== undefined) return applyKeptPlan(session, { file, wait: waitOptions(flags) });
        return apply(session, {
          files: flags.list("filename"),
          placement: flags.text("placement"),
          dryRun: flags.on("dryRun"),
          wait: waitOptions(flags),
        });
      }),
    );
  program
    .command("plan [words...]")
    .description(
      "what manifests, or `delete kind/name`, would do in every cluster; exits with 2 for changes, 7 for errors",
    )
    .addOption(files())
    .addOption(namespace().default("default"))
    .option("--placement <selector>", "as for apply")
    .option("--delete", "delete what the manifests name")
    .option("--all", "everything found in the clusters, not just what the plan brings about")
    .option("--out <file>", "keep the plan for `apply --plan`")
    .action(
      act((session, words, flags) =>
        plan(session, {
          words,
          files: flags.list("filename"),
          namespace: flags.must("namespace"),
          placement: flags.text("placement"),
          delete: flags.on("delete"),
          all: flags.on("all"),
          out: flags.text("out"),
        }),
      ),
    );
  program
    .command("diff")
    .description("what apply would change; exits with 2 when that is something")
    .addOption(files())
    .option("--placement <selector>", "as for apply")
    .action(
      act((session, _, flags) => diff(session, { files: flags.list("filename"), placement: flags.text("placement") })),
    );
  program
    .command("get <kind> [names...]")
    .description("lists, or things by name: kind, kind name…, kind/name")
    .addOption(namespace())
    .option("--intent <id>", "of revisions: only those of this id")
    .option("--after <revision>", "of revisions: only newer ones")
    .option("--limit <count>", "of revisions: how many", "50")
    .action(
      act((session, words, flags) =>
        get(session, {
          words,
          namespace: flags.text("namespace"),
          intent: flags.text("intent"),
          after: flags.text("after"),
          limit: Number(flags.must("limit")),
        }),
      ),
    );
  program
    .command("describe <kind> [names...]")
    .description("everything about a thing, and how far it has come")
    .addOption(namespace().default("default"))
    .action(act((session, words, flags) => describe(session, { words, namespace: flags.must("namespace") })));
  program
    .command("delete [kind] [names...]")
    .description("delete by kind and name, or what -f names")
    .addOption(files())
    .addOption(namespace().default("default"))
    .option("--dry-run", "say what would be deleted")
    .option("--ignore-not-found", "what is absent is fine")
    .option("--wait", "until it is gone from every node")
    .addOption(timeoutFlag())
    .addOption(stageFlag())
    .action(
      act((session, words, flags) =>
        remove(session, {
          words,
          files: flags.list("filename"),
          namespace: flags.must("namespace"),
          dryRun: flags.on("dryRun"),
          ignoreNotFound: flags.on("ignoreNotFound"),
          wait: waitOptions(flags),
        }),
      ),
    );
}

function addConvergence(program: Command, act: Act): void {
  const common = (command: Command) =>
    command
      .option("-n, --namespace <namespace>", "the namespace of the intents named", "default")
      .option("--revision <revision>", "everything up to this revision")
      .option("--cluster <name>", "with --all or --revision: in this cluster only")
      .addOption(stageFlag());
  common(program.command("wait [kind] [names...]"))
    .description(
      "until intents, or everything, are served by every node; exits with 3 when time is over, 4 when refused",
    )
    .option("--all", "everything there is now")
    .addOption(timeoutFlag())
    .action(
      act((session, words, flags) =>
        wait(session, {
          words,
          namespace: flags.must("namespace"),
          all: flags.on("all"),
          revision: flags.text("revision"),
          cluster: flags.text("cluster"),
          ...readWaitOptions(flags.must("timeout"), flags.must("stage")),
        }),
      ),
    );
  common(program.command("convergence [kind] [names...]"))
    .description("how far intents, or everything, have come: stored, sent, applied, proxied")
    .action(
      act((session, words, flags) =>
        convergence(session, {
          words,
          namespace: flags.must("namespace"),
          revision: flags.text("revision"),
          cluster: flags.text("cluster"),
          stage: readWaitOptions("0", flags.must("stage")).stage,
        }),
      ),
    );
  program
    .command("drift")
    .description("what others changed in clusters: field, values, by whom, and what was done about it")
    .option("--cluster <name>", "this cluster alone")
    .action(act((session, _, flags) => drift(session, flags.text("cluster"))));
}

function timeoutFlag(): Option {
  return new Option("--timeout <duration>", "how long to wait, such as 30s or 5m").default("60s");
}

function stageFlag(): Option {
  return new Option("--stage <stage>", "what to wait for").choices(["applied", "proxied"]).default("proxied");
}

function waitOptions(flags: Flags) {
  return flags.on("wait") ? readWaitOptions(flags.must("timeout"), flags.must("stage")) : undefined;
}

function flagsOf(options: Readonly<Record<string, unknown>>): Flags {
  const text = (name: string) => {
    const value = options[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    text,
    must: (name) => text(name) ?? "",
    on: (name) => options[name] === true,
    list: (name) => {
      const value = options[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
  };
}
