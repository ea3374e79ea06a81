import { renameSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { MeshError } from "@fairlead/core";
import { bootstrap, type Endpoint } from "@fairlead/envoy";

/**
 * `bootstrap --out FILE [--admin HOST:PORT|PATH]`: writes the configuration file that the node's Envoy is started
 * with, from `FAIRLEAD_NODE_NAME` and `FAIRLEAD_XDS_SOCKET`; without `--out` to standard output.
 */
export function runBootstrapCommand(args: readonly string[], env: Readonly<Record<string, string | undefined>>): void {
  const { values } = parseArgs({
    args: [...args],
    options: { out: { type: "string" }, admin: { type: "string", default: "127.0.0.1:9901" } },
  });
  const text = JSON.stringify(
    bootstrap({
      node: required(env, "FAIRLEAD_NODE_NAME"),
      xdsSocketPath: required(env, "FAIRLEAD_XDS_SOCKET"),
      admin: parseEndpoint(values.admin),
    }),
  );
  if (values.out === undefined) {
    process.stdout.write(`${text}\n`);
    return;
  }
  const temporary = `${values.out}.new`;
  writeFileSync(temporary, text);
  renameSync(temporary, values.out);
}

function required(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const value = env[name];
  if (value) return value;
  throw new MeshError("invalid_field", {
    public: `${name} is not set`,
    fields: [{ field: name, message: "is not set" }],
  });
}

function parseEndpoint(text: string): Endpoint {
  if (text.startsWith("/")) return { path: text };
  const [, address = "", port = ""] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (address !== "" && Number(port) <= 65_535) return { address, port: Number(port) };
  throw new MeshError("invalid_field", {
    public: `--admin must be HOST:PORT or an absolute path, not ${JSON.stringify(text)}`,
  });
}
