import { customResourceDefinitions } from "@fairlead/contract";
import { bootstrap } from "@fairlead/envoy";
import { stringify } from "yaml";
import { z } from "zod";
import { valuesSchema } from "./values.ts";
import { type ValueSchema, valuesTable, valuesYaml } from "./values-document.ts";

const TABLE = /(<!-- values -->\n)[\s\S]*?(<!-- \/values -->)/;
/** Put in by Helm; any number that no other field of the bootstrap has. */
const STATUS_PORT = 65_001;
const LISTEN_ADDRESS = "listen.address";

/**
 * What of the charts is made from code, by its path in `infra/helm`. `readme` is the README as it stands; only the table
 * between its marks is made anew.
 */
export function generatedFiles(readme: string): ReadonlyMap<string, string> {
  const schema = valuesJsonSchema();
  return new Map([
    ["fairlead/values.yaml", valuesYaml(schema)],
    ["fairlead/values.schema.json", json(schema)],
    ["fairlead/files/envoy-bootstrap.json.tpl", envoyBootstrap()],
    ["fairlead-crds/templates/crds.yaml", crds()],
    ["README.md", readme.replace(TABLE, (_, from: string, to: string) => `${from}${valuesTable(schema)}\n${to}`)],
  ]);
}

function valuesJsonSchema(): ValueSchema {
  return JSON.parse(json(z.toJSONSchema(valuesSchema, { target: "draft-7", io: "input" })));
}

/** What every Envoy is started with, as a template. Its node's name comes from the command line. */
function envoyBootstrap(): string {
  const config = bootstrap({
    node: "",
    xdsSocketPath: "/var/run/fairlead/xds.sock",
    admin: { path: "/run/envoy/admin.sock" },
    status: { address: LISTEN_ADDRESS, port: STATUS_PORT },
  });
  return json(config)
    .replace(`"${LISTEN_ADDRESS}"`, "{{ .Values.listenAddress | quote }}")
    .replace(`${STATUS_PORT}`, "{{ .Values.envoy.prometheus.port }}");
}

function crds(): string {
  const head = "# Generated from packages/contract by `npm run gen`.\n";
  return (
    head +
    customResourceDefinitions()
      .map((definition) => stringify(definition))
      .join("---\n")
  );
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
