import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { cachePath } from "./cache.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { startProgram } from "./program.ts";

const MOTO = "5.2.5";

/** A service that speaks SQS, in memory. */
export interface Sqs extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`; takes any credentials and region. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Starts moto's server. */
export async function startSqs(): Promise<Sqs> {
  const packages = await ensureMoto();
  const port = await freePort();
  const server = startProgram({
    command: "python3",
    args: ["-m", "moto.server", "-H", "127.0.0.1", "-p", `${port}`],
    env: { PYTHONPATH: packages, PYTHONDONTWRITEBYTECODE: "1" },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const early = server.ended.then((end) =>
    Promise.reject(new Error(`moto ended with ${end}:\n${server.lines.join("\n")}`)),
  );
  const ready = eventually(() => fetch(`${endpoint}/moto-api/`, { signal: AbortSignal.timeout(1000) }), {
    timeoutMs: 30_000,
    intervalMs: 50,
  });
  await Promise.race([ready, early]);
  const stop = () => server.stop();
  return { endpoint, stop, [Symbol.asyncDispose]: stop };
}

/** Folder with moto and all it needs, in the cache; installed from PyPI when missing, saying so on standard error. */
export async function ensureMoto(): Promise<string> {
  const folder = cachePath(`moto-${MOTO}`);
  if (existsSync(folder)) return folder;
  say(`installing moto ${MOTO} from PyPI into ${folder} (once, about half a minute)`);
  const fresh = `${folder}.${process.pid}`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  // Not the `server` extra: it brings what only other services need.
  const pip = startProgram({
    command: "python3",
    args: [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--no-input",
      "--disable-pip-version-check",
      "--root-user-action=ignore",
    ].concat(["--target", fresh, `moto==${MOTO}`, "flask", "flask-cors"]),
  });
  const started = Date.now();
  const ticker = setInterval(() => say(`installing moto: ${Math.round((Date.now() - started) / 1000)} s`), 10_000);
  const end = await pip.ended;
  clearInterval(ticker);
  if (end !== "exit code 0")
    throw new Error(`pip could not install moto (${end}):\n${pip.lines.slice(-10).join("\n")}`);
  try {
    await rename(fresh, folder);
  } catch (error) {
    // Another process was first.
    await rm(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
