import type { ObjectKey } from "@fairlead/kubernetes-types";
import type { HostTable } from "@fairlead/mesh-model";
import type { Draft, World } from "../world.ts";

/** How many of the others a finding names. */
const NAMED = 5;

/** Hosts that several owners serve at one Gateway, or as Ingresses, once the changes are made. */
export function hostnameFindings(world: World): Draft[] {
  const found = new Map<
    string,
    { readonly subject: ObjectKey; readonly hosts: Set<string>; readonly others: Set<ObjectKey> }
  >();
  for (const table of world.tables) {
    const [now, before] = [owners(world, table), owners(world, world.tableBefore(table.name))];
    if (now.size < 2) continue;
    for (const key of world.judged) {
      const owner = world.describe(key).owner;
      if (now.get(owner)?.includes(key) !== true) continue;
      const others = [...now].flatMap(([name, keys]) => (name === owner || isOldNews(before, owner, name) ? [] : keys));
      if (others.length === 0) continue;
      const group = found.get(key) ?? { subject: key, hosts: new Set<string>(), others: new Set<ObjectKey>() };
      found.set(key, group);
      group.hosts.add(table.host);
      for (const other of others) group.others.add(other);
    }
  }
  return [...found.values()].map(({ subject, hosts, others }) => {
    const related = [...others].sort();
    const named = related.slice(0, NAMED).map((key) => world.describe(key).text);
    const more = related.length > NAMED ? ` and ${related.length - NAMED} more` : "";
    const on = [...hosts].sort().map((host) => (host === "*" ? "every host" : host));
    return {
      code: "hostname_shared",
      message: `${world.describe(subject).text} serves ${on.join(", ")} together with ${named.join(", ")}${more}`,
      subject,
      related: related.slice(0, NAMED),
    };
  });
}

/** The routes and Ingresses of a table, by owner. */
function owners(world: World, table: HostTable | undefined): Map<string, ObjectKey[]> {
  const routed = new Set((table?.routes ?? []).map(({ origin }) => origin.object));
  return Map.groupBy(routed, (key) => world.describe(key).owner);
}

function isOldNews(before: ReadonlyMap<string, readonly ObjectKey[]>, owner: string, other: string): boolean {
  return before.has(owner) && before.has(other);
}
