import type { HostTable, Origin, Route } from "@fairlead/mesh-model";
import { covers, matchText, takesAllPaths } from "../covers.ts";
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
    message: `${world.describe(subject).text}: ${field} never wins on ${on}: ${by} takes all its requests; ${reason(world, loser.origin, winner, how)}`,
    subject,
    field,
    related: [winner.origin.object],
  };
}

function reason(world: World, loser: Origin, winner: Route, how: Shadow["how"]): string {
  if (how === "wider") {
    return winner.match.path.type === "regex"
      ? "its pattern stands first and matches every path"
      : "it is reached by a more specific hostname of its route, which decides first";
  }
  if (loser.object === winner.origin.object) return "of equal matches of one object the first wins";
  const [mine, other] = [created(world, loser), created(world, winner.origin)];
  if (mine === other) return "of equal matches of the same age the first by namespace and name wins";
  return "of equal matches the oldest object's wins";
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

// Precedence puts exact paths first, then patterns, then prefixes, longer before shorter. So what stands before
// something narrower is a pattern, or takes all paths by a more specific hostname of its route.
function widerOf(before: readonly Route[], route: Route): Route | undefined {
  const pattern = route.match.path.type === "regex";
  return before.find(
    (other) =>
      (pattern || takesAllPaths(other.match.path)) &&
      !isOwnDefault(route, other) &&
      covers(other.match, route.match) === "wider",
  );
}

// An Ingress's default backend is there for what its rules leave over, and that may be nothing.
function isOwnDefault(route: Route, winner: Route): boolean {
  return route.origin.object === winner.origin.object && route.origin.field === "spec.defaultBackend";
}

function nameOf({ loser, winner }: Shadow): string {
  return `${loser.name}\n${winner.name}`;
}
