import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Layout } from "./layout.ts";

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
    writeFileSync(join(folder, `${account}.yaml`), kubeconfig(server, account, token), { mode: 0o600 });
    writeFileSync(join(folder, `${account}.token`), token, { mode: 0o600 });
  }
  writeFileSync(join(folder, "tokens.json"), JSON.stringify(entries), { mode: 0o600 });
}

// JSON is YAML, and needs no quoting rules of its own.
function kubeconfig(server: string, account: string, token: string): string {
  const name = "fairlead-local";
  return `${JSON.stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      "current-context": name,
      clusters: [{ name, cluster: { server } }],
      users: [{ name: account, user: { token } }],
      contexts: [{ name, context: { cluster: name, user: account, namespace: "default" } }],
    },
    null,
    2,
  )}\n`;
}
