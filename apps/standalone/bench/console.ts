// How quickly the console shows and filters 5,000 routes: `npm run bench -- console [--json FILE] [--routes N] [--starts N]`.
// A real API with its database and a real browser with a cold cache; beside it the floor: an empty page in that browser.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createLog } from "@fairlead/core";
import { ensureChromium } from "@fairlead/testkit";
import { startInstance } from "../src/instance.ts";
import { coldStarts, type Start } from "./console/cold-starts.ts";
import { fillProject } from "./console/fill-project.ts";
import { filterKeystrokes } from "./console/filter-keystrokes.ts";
import { type Figure, quantile, table } from "./figures.ts";

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    routes: { type: "string", default: "5000" },
    starts: { type: "string", default: "5" },
  },
});
const [routes, starts] = [Number(values.routes), Number(values.starts)];
if (!(routes > 0 && starts > 0)) throw new RangeError("--routes and --starts take numbers above 0");
const root = fileURLToPath(new URL("../../..", import.meta.url));
const envoy = join(process.env.FAIRLEAD_CACHE ?? join(homedir(), ".cache", "fairlead"), "envoy-1.40.0", "envoy");
const began = performance.now();
const say = (line: string) => console.error(`bench: ${((performance.now() - began) / 1000).toFixed(1)} s: ${line} …`);

const browser = await ensureChromium();
if ("missing" in browser) throw new Error(browser.missing);
const directory = mkdtempSync(join(tmpdir(), "fairlead-bench-"));
try {
  const log = createLog({ app: "bench", level: "error" });
  await using instance = await startInstance({ root, directory, envoy, example: false, basePort: 32_000, log, say });
  const { consoleUrl, token } = instance.endpoints;
  if (consoleUrl === "") throw new Error("the console is not built: npm run build -w apps/console");
  const project = await fillProject(instance.client, routes, say);
  const page = { url: `${consoleUrl}/projects/${project}/routes`, token, routes };
  const cold = await coldStarts(page, starts, say);
  const keystrokes = await filterKeystrokes(page, say);

  const figures: Figure[] = [];
  const add = (name: string, value: number, unit: string, target?: string) =>
    figures.push({ part: "console", name, value: Math.round(value * 10) / 10, unit, ...(target && { target }) });
  const median = (of: (start: Start) => number) => quantile(cold.map(of), 0.5);
  add(
    `first contentful paint of the list, ${routes} routes, cold, median of ${starts}`,
    median(firstPaint),
    "ms",
    "< 1500",
  );
  add("the same, slowest", quantile(cold.map(firstPaint), 1), "ms");
  add(
    "floor: first contentful paint of an empty page, median",
    median(({ floorMs }) => floorMs),
    "ms",
  );
  add(
    "first rows shown, median",
    median(({ firstRowsMs }) => firstRowsMs),
    "ms",
  );
  add(
    "all rows loaded, median",
    median(({ allRowsMs }) => allRowsMs),
    "ms",
  );
  add(
    "CPU of the page until all rows are loaded, median",
    median(({ cpuMs }) => cpuMs),
    "ms",
  );
  add(
    "of that, running scripts",
    median(({ scriptMs }) => scriptMs),
    "ms",
  );
  const paint = keystrokes.map(({ paintMs }) => paintMs);
  const cpu = keystrokes.map(({ cpuMs }) => cpuMs);
  add(`keystroke to filtered rows painted, median of ${paint.length}`, quantile(paint, 0.5), "ms", "< 100");
  add("the same, p90", quantile(paint, 0.9), "ms");
  add("the same, slowest", quantile(paint, 1), "ms", "< 100");
  add("CPU of the page per keystroke, median", quantile(cpu, 0.5), "ms");
  add("the same, most", quantile(cpu, 1), "ms");
  add(`load of the machine, last minute`, loadavg()[0] ?? Number.NaN, "");
  console.log(table(figures));
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim();
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ commit, figures }, null, 2)}\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function firstPaint({ firstPaintMs }: Start): number {
  return firstPaintMs;
}
