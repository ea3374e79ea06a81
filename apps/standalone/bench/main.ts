import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createLog } from "@fairlead/core";
import { startInstance } from "../src/instance.ts";
import { startBackend } from "./children.ts";
import { measureChurn } from "./churn.ts";
import { measureEditing, measureKills } from "./editing.ts";
import { type Figure, table } from "./figures.ts";
import { measureFloor } from "./floor.ts";
import { measurePropagation } from "./propagation.ts";
import { putServices, raiseGateway } from "./stage.ts";

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    only: { type: "string" },
    early: { type: "string", default: "300" },
    late: { type: "string", default: "500" },
    present: { type: "string", default: "3000" },
    edits: { type: "string", default: "200" },
    rate: { type: "string", default: "1000" },
  },
});
const envoy = join(process.env.FAIRLEAD_CACHE ?? join(homedir(), ".cache", "fairlead"), "envoy-1.40.0", "envoy");
const directory = mkdtempSync(join(tmpdir(), "fairlead-bench-"));
const say = (line: string) => console.error(`bench: ${line} …`);
const wants = (part: string) => values.only === undefined || values.only === part;
const plan = { early: Number(values.early), late: Number(values.late), present: Number(values.present) };

const figures: Figure[] = [];
try {
  using first = await startBackend("one");
  using second = await startBackend("two");
  {
    await using instance = await startInstance({
      root: fileURLToPath(new URL("../../..", import.meta.url)),
      directory,
      envoy,
      example: false,
      basePort: 31_000,
      log: createLog({ app: "bench", level: "error" }),
      say,
    });
    await putServices(instance, { one: [first], two: [second] });
    const stage = await raiseGateway(instance);
    if (wants("propagation")) figures.push(...(await measurePropagation(stage, plan, say)));
    if (wants("editing")) {
      say(`editing under ${values.rate} requests/s`);
      figures.push(...(await measureEditing(stage, { first, second }, Number(values.edits), Number(values.rate))));
    }
    if (wants("churn")) {
      say(`routes, weights, certificates and listeners change under ${values.rate} requests/s`);
      figures.push(...(await measureChurn(stage, Number(values.edits), Number(values.rate))));
    }
    if (wants("kills")) {
      say(`kill -9 under ${values.rate} requests/s`);
      figures.push(...(await measureKills(stage, Number(values.rate))));
    }
  }
  if (wants("propagation")) {
    say("the floor: the same change by hand");
    figures.push(...(await measureFloor({ envoy, directory, backend: first, ...plan })));
  }
  console.log(table(figures));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ figures }, null, 2)}\n`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
