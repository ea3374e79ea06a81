import type { ImageSpec } from "./image-spec.ts";
import { APP_FOLDER, type App, appEntrypoint, appPart } from "./parts/app.ts";
import { basePart, NONROOT } from "./parts/base.ts";
import { ENVOY, envoyPart } from "./parts/envoy.ts";
import { nodePart } from "./parts/node.ts";

const USER = `${NONROOT}:${NONROOT}`;

const cloud: App = {
  title: "Fairlead cloud",
  entry: "apps/cloud/src/main.ts",
  data: { migrations: `${APP_FOLDER}/migrations`, "apps/console/dist": `${APP_FOLDER}/console` },
};
const connector: App = { title: "Fairlead connector", entry: "apps/connector/src/main.ts" };
const operator: App = { title: "Fairlead operator", entry: "apps/operator/src/main.ts" };
const agent: App = { title: "Fairlead agent", entry: "apps/agent/src/main.ts" };

/** Fairlead's own images, of one version. */
export function productImages(version: string): ImageSpec[] {
  return [
    nodeImage(version, "fairlead-cloud", cloud, {
      user: USER,
      environment: { FAIRLEAD_CONSOLE_DIR: `/${APP_FOLDER}/console`, FAIRLEAD_HOST: "0.0.0.0" },
      ports: ["8080/tcp", "8081/tcp"],
    }),
    nodeImage(version, "fairlead-connector", connector, { user: USER, ports: ["9882/tcp", "9883/tcp"] }),
    nodeImage(version, "fairlead-operator", operator, { user: USER, ports: ["9882/tcp"] }),
    // It writes into folders of the node, which belong to root.
    nodeImage(version, "fairlead-agent", agent, { user: "0:0", ports: ["9881/tcp"] }),
    {
      ...product(version, "fairlead-envoy", "Fairlead Envoy"),
      run: {
        entrypoint: [ENVOY],
        // The agent's image writes the file, as an init container: `bootstrap --out /etc/fairlead/envoy/bootstrap.json`.
        command: ["--config-path", "/etc/fairlead/envoy/bootstrap.json", "--disable-hot-restart"],
        user: USER,
      },
      parts: async () => [await basePart(), await envoyPart()],
    },
  ];
}

function nodeImage(version: string, name: string, app: App, run: Omit<ImageSpec["run"], "entrypoint">): ImageSpec {
  return {
    ...product(version, name, app.title),
    run: { ...run, entrypoint: appEntrypoint(app), environment: { NODE_ENV: "production", ...run.environment } },
    parts: async ({ root }) => [await basePart(), await nodePart(root), await appPart(root, app)],
  };
}

function product(version: string, name: string, title: string) {
  return {
    name,
    title,
    version,
    reference: `ghcr.io/fairlead/${name}:${version}`,
    license: "Apache-2.0",
    kind: "product",
  } as const;
}
