export interface KubeconfigEntry {
  /** Names context, cluster and user. */
  readonly name: string;
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

/** A kubeconfig (JSON, which is YAML) with one context per entry, the first being current. Certificates are inside. */
export function mergedKubeconfig(entries: readonly KubeconfigEntry[]): string {
  return json({
    apiVersion: "v1",
    kind: "Config",
    "current-context": entries[0]?.name ?? "",
    clusters: entries.map(({ name, server, ca }) => ({
      name,
      cluster: { server, "certificate-authority-data": base64(ca) },
    })),
    users: entries.map(({ name, certificate, key }) => ({
      name,
      user: { "client-certificate-data": base64(certificate), "client-key-data": base64(key) },
    })),
    contexts: entries.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
  });
}

/** A kubeconfig for a component on a node, which reads its certificates from files. */
export function componentKubeconfig(server: string, pki: string, user: string): string {
  return json({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "lab",
    clusters: [{ name: "lab", cluster: { server, "certificate-authority": `${pki}/ca.crt` } }],
    users: [{ name: user, user: { "client-certificate": `${pki}/${user}.crt`, "client-key": `${pki}/${user}.key` } }],
    contexts: [{ name: "lab", context: { cluster: "lab", user } }],
  });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
