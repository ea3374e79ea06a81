import { envoyBinary } from "@fairlead/testkit";
import { run } from "../run.ts";
import { hostProgram } from "./host-program.ts";
import type { Part } from "./part.ts";

/** Where Envoy is in an image. */
export const ENVOY = "/usr/local/bin/envoy";

/** The stock Envoy that set-up brought. */
export async function envoyPart(): Promise<Part> {
  const from = envoyBinary();
  const [, version] = /\/(\d+\.\d+\.\d+)\//.exec(await run(from, ["--version"])) ?? [];
  if (version === undefined) throw new Error(`${from} does not say which version it is`);
  return hostProgram({
    title: `Envoy ${version}`,
    from,
    to: ENVOY.slice(1),
    origin: { type: "generic", name: "envoy", version, license: "Apache-2.0" },
  });
}
