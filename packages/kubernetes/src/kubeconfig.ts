import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { MeshError, Secret } from "@fairlead/core";
import { parse } from "yaml";
import type { Connection } from "./connection.ts";

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

export interface LoadConnectionOptions {
  /** A kubeconfig file. Default: the first that exists of `KUBECONFIG`, else in-cluster, else `~/.kube/config`. */
  readonly kubeconfig?: string;
  /** A context of that file; default its current one. */
  readonly context?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Finds the API server the way kubectl does. Throws `invalid_request` saying what was looked for. */
export function loadConnection(options: LoadConnectionOptions = {}): Connection {
  const env = options.env ?? process.env;
  const listed = (env.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  const explicit = options.kubeconfig ?? listed.find((path) => existsSync(path)) ?? listed[0];
  if (explicit !== undefined) return fromKubeconfig(explicit, options.context);
  const cluster = inCluster(env);
  if (cluster !== undefined) return cluster;
  const home = join(homedir(), ".kube", "config");
  if (existsSync(home)) return fromKubeconfig(home, options.context);
  throw invalid(
    "There is no Kubernetes to talk to: KUBECONFIG is not set, this is not a pod, and ~/.kube/config is absent.",
  );
}

/** Reads one context of a kubeconfig file. Paths in it are relative to it. */
export function fromKubeconfig(path: string, contextName?: string): Connection {
  const text = readText(path);
  return parseKubeconfig(text, {
    path,
    folder: dirname(path),
    ...(contextName === undefined ? {} : { context: contextName }),
  });
}

/** {@link fromKubeconfig} for a text in hand. */
export function parseKubeconfig(
  text: string,
  options: { readonly path?: string; readonly folder?: string; readonly context?: string } = {},
): Connection {
  const where = options.path ?? "kubeconfig";
  const root = record(parseYaml(text, where));
  const name = options.context ?? string(root["current-context"]);
  if (name === undefined) throw invalid(`${where}: no context was asked for and current-context is empty.`);
  const context = entry(root, "contexts", name, "context", where);
  const cluster = entry(root, "clusters", string(context.cluster) ?? "", "cluster", where);
  const user = string(context.user) ? entry(root, "users", string(context.user) ?? "", "user", where) : {};
  const server = string(cluster.server);
  if (server === undefined) throw invalid(`${where}: cluster ${JSON.stringify(context.cluster)} has no server.`);
  for (const unsupported of ["exec", "auth-provider", "username"]) {
    if (user[unsupported] !== undefined) {
      throw invalid(
        `${where}: user ${JSON.stringify(context.user)} authenticates with ${unsupported}; use a token or a client certificate.`,
      );
    }
  }
  const material = (source: Record<string, unknown>, field: string): string | undefined => {
    const inline = string(source[`${field}-data`]);
    if (inline !== undefined) return Buffer.from(inline, "base64").toString("utf8");
    const file = string(source[field]);
    return file === undefined ? undefined : readText(resolve(options.folder ?? ".", file));
  };
  const key = material(user, "client-key");
  const token = string(user.token);
  const tokenFile = string(user.tokenFile);
  return withoutUndefined({
    server,
    certificateAuthority: material(cluster, "certificate-authority"),
    tlsServerName: string(cluster["tls-server-name"]),
    insecureSkipTlsVerify: cluster["insecure-skip-tls-verify"] === true ? true : undefined,
    clientCertificate: material(user, "client-certificate"),
    clientKey: key === undefined ? undefined : new Secret(key),
    token: token === undefined ? undefined : new Secret(token),
    tokenFile: tokenFile === undefined ? undefined : resolve(options.folder ?? ".", tokenFile),
    namespace: string(context.namespace) ?? "default",
  });
}

/** The service account of the pod this runs in; undefined when this is no pod. */
export function inCluster(env: Readonly<Record<string, string | undefined>> = process.env): Connection | undefined {
  const host = env.KUBERNETES_SERVICE_HOST;
  const port = env.KUBERNETES_SERVICE_PORT;
  const tokenFile = `${SERVICE_ACCOUNT}/token`;
  if (host === undefined || port === undefined || !existsSync(tokenFile)) return undefined;
  return {
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    certificateAuthority: readText(`${SERVICE_ACCOUNT}/ca.crt`),
    tokenFile,
    namespace: readText(`${SERVICE_ACCOUNT}/namespace`).trim(),
  };
}

type Optional<T> = { readonly [K in keyof T]: T[K] | undefined };

function withoutUndefined(given: Optional<Connection> & Pick<Connection, "server" | "namespace">): Connection {
  const { server, namespace, ...rest } = given;
  return { server, namespace, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) };
}

function entry(
  root: Record<string, unknown>,
  list: string,
  name: string,
  field: string,
  where: string,
): Record<string, unknown> {
  const items: unknown = root[list];
  const found = Array.isArray(items) ? items.map(record).find((item) => item.name === name) : undefined;
  if (found === undefined) throw invalid(`${where}: there is no ${field} named ${JSON.stringify(name)} in ${list}.`);
  return record(found[field]);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function string(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function parseYaml(text: string, where: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw invalid(`${where} is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw invalid(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function invalid(text: string): MeshError {
  return new MeshError("invalid_request", { public: text });
}
