import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { BrowserContext } from "playwright-core";
import { tempDir } from "./temp-dir.ts";

export type { Locator, Page } from "playwright-core";

/** Where Debian's package puts it. */
const PATH = "/usr/bin/chromium";

/** A browser to start, or the reason why there is none on this machine. */
export type ChromiumBinary = { readonly path: string } | { readonly missing: string };

/**
 * Debian's Chromium. As root on a machine with apt it is installed when it is not there (some minutes, once; says so on
 * standard error). Elsewhere the answer is `missing`, and whoever asks must report what was skipped.
 */
export async function ensureChromium(): Promise<ChromiumBinary> {
  if (existsSync(PATH)) return { path: PATH };
  const why = `Chromium is not at ${PATH}`;
  if (process.getuid?.() !== 0) return { missing: `${why}; install it as root: apt-get install chromium` };
  if (!existsSync("/usr/bin/apt-get")) return { missing: `${why} and there is no apt-get to install it with` };
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  process.stderr.write("installing Debian's chromium (once, some minutes)\n");
  const ticker = setInterval(() => process.stderr.write(`installing Debian's chromium: ${seconds()}\n`), 30_000);
  try {
    await apt("update");
    await apt("install", "-y", "--no-install-recommends", "chromium");
  } catch (error) {
    return { missing: `${why} and could not be installed: ${error instanceof Error ? error.message : error}` };
  } finally {
    clearInterval(ticker);
  }
  process.stderr.write(`installed Debian's chromium in ${seconds()}\n`);
  return existsSync(PATH) ? { path: PATH } : { missing: `${why} although its package was installed` };
}

/** A running browser with one profile of its own, which starts empty and goes away with it. */
export interface Chromium extends AsyncDisposable {
  readonly context: BrowserContext;
}

export interface ChromiumOptions {
  /** From {@link ensureChromium}. Default: where Debian's package puts it. */
  readonly path?: string;
  /** What the page's `prefers-color-scheme` says. Default `light`. */
  readonly colorScheme?: "light" | "dark";
  /** Size of the window, in CSS pixels. Default 1280 × 900. */
  readonly viewport?: { readonly width: number; readonly height: number };
}

/**
 * Starts Chromium without a window, by playwright, which keeps it in a process group of its own and ends all of it, be
 * it by closing or when this process ends first. It calls nobody but the pages it is sent to.
 */
export async function startChromium(options: ChromiumOptions = {}): Promise<Chromium> {
  // Loaded here: `npm start` uses this package too, and has no browser to drive.
  const { chromium } = await import("playwright-core");
  const profile = await tempDir("chromium");
  const context = await chromium.launchPersistentContext(profile.path, {
    executablePath: options.path ?? PATH,
    headless: true,
    // The sandbox needs user namespaces, which containers and root do not have; it only ever sees our own pages.
    chromiumSandbox: false,
    args: [
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // The default 64 MB of /dev/shm in a container is too little for a screenshot of a long page.
      "--disable-dev-shm-usage",
    ],
    viewport: options.viewport ?? { width: 1280, height: 900 },
    colorScheme: options.colorScheme ?? "light",
    reducedMotion: "reduce",
  });
  return {
    context,
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await profile[Symbol.asyncDispose]();
    },
  };
}

async function apt(...args: string[]): Promise<void> {
  const child = spawn("apt-get", ["-q", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  let tail = "";
  child.stderr.on("data", (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-1000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new Error(`apt-get ${args[0]} ended with ${code}: ${tail.trim()}`);
}
