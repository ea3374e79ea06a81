import { listAll } from "@fairlead/client";
import type { Certificate } from "@fairlead/contract";
import { eachLimited } from "../each-limited.ts";
import { print } from "../output/print.ts";
import { table } from "../output/table.ts";
import type { Session } from "../session.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;

/** A certificate and the cluster it is in. */
interface Placed extends Certificate {
  readonly cluster: string;
}

/** Whether a word of `get` means certificates. */
export function isCertificateWord(word: string | undefined): boolean {
  return word !== undefined && /^cert(ificate)?s?$/i.test(word);
}

/** `get certificates`: those in use in every cluster, or those of these names. */
export async function getCertificates(
  session: Session,
  names: readonly string[],
  namespace: string | undefined,
): Promise<void> {
  const { client, io, output } = session;
  const clusters: { id: string; name: string }[] = [];
  for await (const one of listAll((cursor) => client.clusters.list({ query: { cursor } }))) clusters.push(one);
  const found = (await certificatesOf(session, clusters)).filter(
    (one) =>
      (names.length === 0 || names.includes(one.name)) && (namespace === undefined || namespace === one.namespace),
  );
  const now = io.clock.now();
  print(io, output, { items: found }, () =>
    found.length === 0 ? "no certificates found" : certificateTable(found, now),
  );
}

/** What people should know of certificates in these clusters: of those that an intent uses, or of all. */
export async function certificateWarnings(
  session: Session,
  clusters: readonly { readonly id: string; readonly name: string }[],
  intent?: string,
): Promise<string[]> {
  return (await certificatesOf(session, clusters))
    .filter(
      ({ state, usedBy }) =>
        state !== "valid" && (intent === undefined || usedBy.some((user) => user.intent === intent)),
    )
    .map((one) => {
      const users = usersOf(one);
      return `warning: cluster ${one.cluster}: certificate ${one.namespace}/${one.name} of ${users}: ${one.message}`;
    });
}

async function certificatesOf(
  { client }: Session,
  clusters: readonly { readonly id: string; readonly name: string }[],
): Promise<Placed[]> {
  const found = await eachLimited(clusters, async ({ id, name }) => {
    const { items } = await client.certificates.get({ params: { cluster: id } });
    return items.map((one) => ({ ...one, cluster: name }));
  });
  return found.flat();
}

function certificateTable(certificates: readonly Placed[], nowMs: number): string {
  return table(
    ["CLUSTER", "NAMESPACE", "NAME", "NOT AFTER", "DAYS LEFT", "STATE", "USED BY"],
    certificates.map((one) => [
      one.cluster,
      one.namespace,
      one.name,
      one.notAfter ?? "",
      one.notAfter === null ? "" : `${Math.floor((Date.parse(one.notAfter) - nowMs) / DAY_MS)}`,
      one.state,
      usersOf(one),
    ]),
  );
}

function usersOf({ usedBy }: Certificate): string {
  return usedBy.map(({ kind, namespace, name }) => `${kind.toLowerCase()} ${namespace}/${name}`).join(", ");
}
