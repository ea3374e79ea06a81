import { listAll } from "@fairlead/client";
import type { Cluster, JoinTokenCreated } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { print } from "../output/print.ts";
import { findCluster, needCluster, type Session } from "../session.ts";
import { clusterTable } from "./get.ts";
import { readTtl } from "./token.ts";

/** `cluster create`. */
export async function createCluster(session: Session, name: string, labels: string | undefined): Promise<ExitCode> {
  const cluster = await session.client.clusters.create({ body: { name, labels: readLabels(labels) } });
  print(session.io, session.output, cluster, () => `cluster/${name} created`);
  return EXIT.ok;
}

/** `cluster list`. */
export async function listClusters(session: Session): Promise<ExitCode> {
  const clusters: Cluster[] = [];
  for await (const one of listAll((cursor) => session.client.clusters.list({ query: { cursor } }))) clusters.push(one);
  print(session.io, session.output, { items: clusters }, ({ items }) =>
    items.length === 0 ? "no cluster found" : clusterTable(items, session.io.clock.now()),
  );
  return EXIT.ok;
}

/** `cluster label`: `key=value` sets, `key-` removes. */
export async function labelCluster(session: Session, name: string, changes: readonly string[]): Promise<ExitCode> {
  const cluster = await needCluster(session.client, name);
  const labels = { ...cluster.labels };
  for (const change of changes) {
    const [, key = "", value] = /^([^=]+?)(?:-|=(.*))$/.exec(change) ?? [];
    if (key === "")
      throw new MeshError("invalid_request", { public: `"${change}" must be key=value, or key- to remove it` });
    if (value === undefined) delete labels[key];
    else labels[key] = value;
  }
  const changed = await session.client.clusters.put({
    params: { cluster: cluster.id },
    ifMatch: cluster.revision,
    body: { name: cluster.name, labels },
  });
  print(session.io, session.output, changed, () => `cluster/${cluster.name} labelled`);
  return EXIT.ok;
}

/** `cluster revoke`: the connector is cut off at once. */
export async function revokeCluster(session: Session, name: string): Promise<ExitCode> {
  const cluster = await needCluster(session.client, name);
  const revoked = await session.client.clusters.revoke({ params: { cluster: cluster.id } });
  print(session.io, session.output, revoked, () => `cluster/${cluster.name} revoked`);
  return EXIT.ok;
}

/** `cluster confirm`: the Kubernetes cluster of this uid is this one; without a uid the one that has joined stays it. */
export async function confirmCluster(session: Session, name: string, uid: string | undefined): Promise<ExitCode> {
  const cluster = await needCluster(session.client, name);
  const kubeSystemUid = uid ?? cluster.kubeSystemUid;
  if (kubeSystemUid === null)
    throw new MeshError("invalid_request", { public: `cluster ${name} has not joined yet: \`fairlead cluster join\`` });
  const confirmed = await session.client.clusters.confirm({ params: { cluster: cluster.id }, body: { kubeSystemUid } });
  print(session.io, session.output, confirmed, () => `cluster/${cluster.name} confirmed as ${kubeSystemUid}`);
  return EXIT.ok;
}

/** `cluster join`: makes the cluster when there is none of that name, then a one-time token, and says how to use it. */
export async function joinCluster(
  session: Session,
  name: string,
  options: { readonly labels: string | undefined; readonly ttl: string | undefined },
): Promise<ExitCode> {
  const ttlSeconds = options.ttl === undefined ? undefined : readTtl(options.ttl);
  const labels = readLabels(options.labels);
  const existing = await findCluster(session.client, name);
  if (existing !== undefined && options.labels !== undefined) {
    session.io.err(`warning: cluster ${name} exists; --labels is for new ones, use \`fairlead cluster label\``);
  }
  const cluster = existing ?? (await session.client.clusters.create({ body: { name, labels } }));
  const join = await session.client.joinTokens.create({
    params: { cluster: cluster.id },
    body: ttlSeconds === undefined ? {} : { ttlSeconds },
  });
  print(session.io, session.output, { ...join, clusterName: cluster.name }, () => instructions(cluster, join));
  return EXIT.ok;
}

function instructions(cluster: Cluster, { token, expiresAt, tunnelUrl }: JoinTokenCreated): string {
  return `Cluster ${cluster.name} (${cluster.id}) can join until ${expiresAt}. The token works once and is shown this once:

  ${token}

With Helm, in the cluster:

  helm upgrade --install fairlead ./infra/helm/fairlead --namespace fairlead-system --create-namespace \\
    --set connector.cloudUrl=${tunnelUrl} \\
    --set connector.joinToken=${token}

Or as a process, beside a kubeconfig:

  printf %s '${token}' > join-token
  KUBECONFIG=kubeconfig FAIRLEAD_CLOUD_URL=${tunnelUrl} \\
    FAIRLEAD_JOIN_TOKEN_FILE=join-token FAIRLEAD_STATE_DIR=connector-state node apps/connector/src/main.ts

Then: fairlead get cluster ${cluster.name}`;
}

/** Reads `key=value,key=value`. */
function readLabels(text: string | undefined): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const pair of (text ?? "").split(",").filter((one) => one !== "")) {
    const at = pair.indexOf("=");
    if (at < 1)
      throw new MeshError("invalid_field", { public: `--labels: must be key=value,key=value (got "${pair}")` });
    labels[pair.slice(0, at).trim()] = pair.slice(at + 1).trim();
  }
  return labels;
}
