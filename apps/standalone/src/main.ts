import { homedir } from "node:os";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createLog, MeshError } from "@fairlead/core";
import { lockDirectory, startInstance } from "./instance.ts";
import { DEFAULT_BASE_PORT } from "./layout.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "1" },
    "no-example": { type: "boolean", default: false },
    "public-address": { type: "string" },
  },
});
const directory = resolve(process.env.FAIRLEAD_DIRECTORY ?? join(root, ".fairlead"));
const cache = process.env.FAIRLEAD_CACHE ?? join(homedir(), ".cache", "fairlead");
const started = Date.now();

const stop = new Promise<void>((done) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => done());
});

try {
  lockDirectory(directory);
  const starting = startInstance({
    root,
    directory,
    envoy: join(cache, "envoy-1.40.0", "envoy"),
    log: createLog({ app: "standalone", level: process.env.FAIRLEAD_LOG_LEVEL ?? "warn" }),
    nodes: Number(values.nodes),
    example: !values["no-example"],
    publicAddress: values["public-address"],
    basePort: Number(process.env.FAIRLEAD_BASE_PORT ?? DEFAULT_BASE_PORT),
    say: (line) => console.log(`${elapsed()}  ${line} …`),
  });
  const instance = await Promise.race([starting, stop.then(() => undefined)]);
  if (instance === undefined) {
    // Asked to stop in the middle of starting: let it come up or fail, then take it down in order.
    await (await starting)[Symbol.asyncDispose]();
    process.exit(130);
  }
  console.log(nextSteps());
  await stop;
  console.log("\nstopping …");
  await instance[Symbol.asyncDispose]();
  console.log("stopped; data stays in .fairlead");
  process.exit(0);

  function nextSteps(): string {
    const { endpoints } = instance ?? {};
    if (endpoints === undefined) return "";
    const gateway = endpoints.gateways["default/my-gateway"];
    const example = endpoints.gatewayUrl;
    return `
Fairlead is up after ${elapsed()}.

  console    ${endpoints.consoleUrl === "" ? "not built" : `${endpoints.consoleUrl}/#token=${endpoints.token} (signs you in)`}
  API        ${endpoints.apiUrl}
  token      ${endpoints.token}
${example === "" ? "" : `  example    ${example}\n`}  details    ${relative(process.cwd(), join(directory, "endpoints.json"))} (all of the above), ${relative(process.cwd(), join(directory, "logs"))}/ (logs)

Try:

${example === "" ? "" : `  curl ${example}/details/1\n  curl ${example}/\n`}${gateway === undefined ? "" : `  curl -H 'magic: foo' '${gateway}/?great=example'\n`}  curl -H 'Authorization: Bearer ${endpoints.token}' ${endpoints.apiUrl}/v1/clusters
  npm run fairlead -- get httproutes
  npm run fairlead -- convergence
  kubectl --kubeconfig ${relative(process.cwd(), endpoints.kubeconfig)} get gateways,httproutes,ingresses

Ctrl-C stops it.`;
  }
} catch (error) {
  console.error(
    `\nFairlead did not start: ${error instanceof MeshError ? error.public : error instanceof Error ? error.message : error}`,
  );
  process.exit(1);
}

function elapsed(): string {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}
