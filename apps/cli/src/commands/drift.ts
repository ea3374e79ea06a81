import { listAll } from "@fairlead/client";
import type { Drift } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";
import { eachLimited } from "../each-limited.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { print } from "../output/print.ts";
import { table } from "../output/table.ts";
import type { Session } from "../session.ts";

/** `drift`: what others changed in every cluster, or in the one of this name. */
export async function drift(session: Session, cluster: string | undefined): Promise<ExitCode> {
  const { client, io, output } = session;
  const clusters: { id: string; name: string }[] = [];
  for await (const one of listAll((cursor) => client.clusters.list({ query: { cursor } }))) {
    if (cluster === undefined || one.name === cluster || one.id === cluster) clusters.push(one);
  }
  if (cluster !== undefined && clusters.length === 0) {
    throw new MeshError("not_found", { public: `There is no cluster ${cluster}; see \`fairlead get clusters\`.` });
  }
  const found = await eachLimited(clusters, async ({ id, name }) => {
    const { items } = await client.drift.get({ params: { cluster: id } });
    return items.map((item) => ({ cluster: name, ...item }));
  });
  const items = found.flat();
  print(io, output, { items }, () => (items.length === 0 ? "no drift" : driftTable(items)));
  return EXIT.ok;
}

function driftTable(items: readonly (Drift & { readonly cluster: string })[]): string {
  return table(
    ["CLUSTER", "OBJECT", "STATE", "FIELD", "WANTED", "LIVE", "MANAGER", "AT"],
    items.flatMap(({ cluster, object, state, change, fields, at }) => {
      const head = [cluster, `${object.kind.toLowerCase()} ${object.namespace}/${object.name}`, state];
      if (change === "deleted") return [[...head, "(deleted)", "", "", "", at]];
      return fields.map((one) => [
        ...head,
        one.field,
        one.wanted ?? "",
        one.live ?? "",
        one.manager ?? "",
        one.at ?? at,
      ]);
    }),
  );
}
