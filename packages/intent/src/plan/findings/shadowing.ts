import { ANY_HOST, coversHost, type HostTable, normalizeHost, type Origin, type Route } from "@fairlead/mesh-model";
import { isWider, matchText } from "../covers.ts";
import { asRoute } from "../read-object.ts";
import type { Draft, World } from "../world.ts";

/** A route of a table that never gets a request, and the one that takes them all. */
interface Shadow {
  readonly loser: Route;
  readonly winner: Route;
  readonly how: "same" | "wider";
}

/**
 * Matches that never win, as far as that is provable from the matches alone: an equal match stands before them, or one
 * that asks for less. Only those that the changes bring about or touch.
 */
export function shadowFindings(world: World): Draft[] {
  const found = new Map<string, { readonly shadow: Shadow; readonly hosts: Set<string> }>();
  for (const table of world.tables) {
    const known = new Set(shadows(world.tableBefore(table.name)).map(nameOf));
    for (const shadow of shadows(table)) {
      const touched = [shadow.loser, shadow.winner].some(({ origin }) => world.changed.has(origin.object));
      if (known.has(nameOf(shadow)) && !touched) continue;
      const group = found.get(nameOf(shadow)) ?? { shadow, hosts: new Set<string>() };
      found.set(nameOf(shadow), group);
      group.hosts.add(table.host);
    }
  }
  return [...found.values()].map(({ shadow, hosts }) => draft(world, shadow, [...hosts].sort()));
}

function draft(world: World, { loser, winner, how }: Shadow, hosts: readonly string[]): Draft {
  const { object: subject, field } = loser.origin;
  const same = subject === winner.origin.object;
  const by = same
    ? `${winner.origin.field} of the same object`
    : `${world.describe(winner.origin.object).text}, ${winner.origin.field},`;
  const on = hosts.map((host) => (host === "*" ? "any host" : host)).join(", ");
  return {
    code: "route_shadowed",
    message: `${world.describe(subject).text}: ${field} never wins on ${on}: ${by} takes all its requests; ${reason(world, loser, winner, { how, host: hosts[0] ?? ANY_HOST })}`,
    subject,
    field,
    related: [winner.origin.object],
  };
}

function reason(
  world: World,
  loser: Route,
  winner: Route,
  { how, host }: { readonly how: Shadow["how"]; readonly host: string },
): string {
  const closest = ({ origin }: Route) => hostnameFor(world, origin, host);
  if (closest(loser) !== closest(winner))
    return `the route that names the host more closely (${closest(winner)}) stands first`;
  if (how === "wider") {
    const [first, then] = [KINDS_OF_PATH[winner.match.path.type], KINDS_OF_PATH[loser.match.path.type]];
    return first === then ? `the longer of two ${first} stands first` : `${first} stand before ${then}`;
  }
  if (loser.origin.object === winner.origin.object) return "of equal matches of one object the first wins";
  if (created(world, loser.origin) === created(world, winner.origin)) {
    return "of equal matches of the same age the first by namespace and name wins";
  }
  return "of equal matches the oldest object's wins";
}

const KINDS_OF_PATH = { exact: "exact paths", regex: "patterns", prefix: "prefixes" } as const;

/** The hostname by which a route reaches a host: the closest of its own; `*` when it has none. */
function hostnameFor(world: World, { object }: Origin, host: string): string {
  const own = (asRoute(world.objects.get(object))?.spec.hostnames ?? []).map(normalizeHost);
  return own.filter((one) => coversHost(one, host)).sort((a, b) => b.length - a.length)[0] ?? ANY_HOST;
}

function created(world: World, origin: Origin): string | undefined {
  return world.objects.get(origin.object)?.metadata.creationTimestamp;
}

/** Every shadow of a table; each loser once, with the first that takes its requests. */
function shadows(table: HostTable | undefined): Shadow[] {
  const found: Shadow[] = [];
  const firsts = new Map<string, Route>();
  const before: Route[] = [];
  for (const route of table?.routes ?? []) {
    const text = matchText(route.match);
    const same = firsts.get(text);
    if (same === undefined) {
      firsts.set(text, route);
      const winner = widerOf(before, route);
      if (winner !== undefined) found.push({ loser: route, winner, how: "wider" });
    } else if (!isOwnDefault(route, same)) found.push({ loser: route, winner: same, how: "same" });
    before.push(route);
  }
  return found;
}

function widerOf(before: readonly Route[], route: Route): Route | undefined {
  return before.find((other) => isWider(other.match, route.match) && !isOwnDefault(route, other));
}

// An Ingress's default backend is there for what its rules leave over, and that may be nothing.
function isOwnDefault(route: Route, winner: Route): boolean {
  return route.origin.object === winner.origin.object && route.origin.field === "spec.defaultBackend";
}

function nameOf({ loser, winner }: Shadow): string {
  return `${loser.name}\n${winner.name}`;
}
