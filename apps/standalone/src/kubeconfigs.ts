import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layout } from "./layout.ts";
import { objectServerKubeconfig } from "./object-server/start-object-server.ts";

/** Writes one kubeconfig per service account, and the object server's table of their tokens. All 0600. */
export function writeKubeconfigs(directory: string, layout: Layout): void {
  const folder = join(directory, "kubeconfig");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const server = `http://127.0.0.1:${layout.objectServerPort}`;
  const entries: { readonly token: string; readonly username: string }[] = [];
  for (const [account, token] of Object.entries(layout.tokens)) {
    entries.push({
      token,
      username: account === "admin" ? "system:admin" : `system:serviceaccount:fairlead:${account}`,
    });
    writeFileSync(join(folder, `${account}.yaml`), objectServerKubeconfig({ url: server, token }), { mode: 0o600 });
    writeFileSync(join(folder, `${account}.token`), token, { mode: 0o600 });
  }
  writeFileSync(join(folder, "tokens.json"), JSON.stringify(entries), { mode: 0o600 });
}
