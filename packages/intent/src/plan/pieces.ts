import type { ObjectKey } from "@fairlead/kubernetes-types";
import { referredSecrets } from "@fairlead/mesh-model";
import { placeFacts, referredFacts } from "./fact-names.ts";
import { type ReferredPorts, referredPorts } from "./fact-view.ts";
import { type ListenerHosts, listenerHosts, parentsOf, placesOf } from "./places.ts";
import { asGateway, idOf } from "./read-object.ts";
import type { Variant } from "./variants.ts";

/** A change of one object of a cluster. */
export interface VariantChange {
  readonly before: Variant | undefined;
  readonly after: Variant | undefined;
}

/**
 * A part of a cluster that can be judged alone: objects that meet in a host table, with the Gateways they name. Clusters
 * in which a piece is the same share its judgement, however different they are elsewhere.
 */
export interface Piece {
  /** Of its content. */
  readonly name: string;
  /** As things are now: its members and their Gateways. */
  readonly before: readonly Variant[];
  readonly changes: ReadonlyMap<ObjectKey, Variant | undefined>;
  /** Its routes and Ingresses, when there are several: their ages decide between equal matches. */
  readonly rivals: readonly Variant[];
  /** Names of the facts that its judgement depends on. */
  readonly facts: readonly string[];
  /** What its judgement looks at of the Services among them. */
  readonly ports: ReferredPorts;
  /** Secrets whose certificates it refers to, `<namespace>/<name>`. */
  readonly secrets: readonly string[];
}

/**
 * Cuts what a cluster has and what becomes of it into pieces; those without a change are left out unless `whole`.
 * `others` are neighbours that stay as they are.
 */
export function cutPieces(changes: readonly VariantChange[], others: readonly Variant[], whole: boolean): Piece[] {
  const gateways = Map.groupBy(
    [...changes.flatMap(({ before, after }) => [before, after]), ...others].filter((one) => isGateway(one)),
    (variant) => (variant === undefined ? "" : idOf(variant.object)),
  );
  const listeners: ListenerHosts = (id) => {
    const found = gateways.get(id);
    return found && [...new Set(found.flatMap((one) => (one === undefined ? [] : listenerHosts(one.object))))];
  };
  const changedGateways = new Set(
    changes.flatMap(({ before, after }) =>
      [before, after].flatMap((one) => (one && isGateway(one) ? [idOf(one.object)] : [])),
    ),
  );
  const groups = new Groups();
  const members = [
    ...changes,
    ...others.filter((one) => whole || !isGateway(one)).map((one): VariantChange => ({ before: one, after: one })),
  ].map((change) => {
    const nodes = [change.before, change.after].flatMap((one) => (one ? nodesOf(one, listeners, changedGateways) : []));
    // An object that meets nobody is a piece of its own.
    const own = `=${(change.before ?? change.after)?.key}`;
    for (const node of nodes) groups.join(own, node);
    return { change, own };
  });
  return [...Map.groupBy(members, ({ own }) => groups.of(own)).values()].flatMap((group) => {
    const made = group.map(({ change }) => change);
    const changed = made.filter(({ before, after }) => before !== after);
    return changed.length === 0 && !whole ? [] : [pieceOf(made, whole ? made : changed, gateways)];
  });
}

function pieceOf(
  members: readonly VariantChange[],
  judged: readonly VariantChange[],
  gateways: ReadonlyMap<string, readonly (Variant | undefined)[]>,
): Piece {
  const sides = members.flatMap(({ before, after }) => [before, after].filter((one) => one !== undefined));
  const own = new Set(sides.map(({ key }) => key));
  const named = new Set(sides.flatMap(({ object }) => parentsOf(object)));
  const context = [...named]
    .flatMap((id) => gateways.get(id) ?? [])
    .filter((one) => one !== undefined && !own.has(one.key));
  const present = [...members.flatMap(({ before }) => before ?? []), ...context.filter((one) => one !== undefined)];
  const changes = new Map<ObjectKey, Variant | undefined>();
  for (const { before, after } of members) {
    const key = (before ?? after)?.key;
    if (key !== undefined && before !== after) changes.set(key, after);
  }
  const facts = new Set<string>();
  for (const { object } of [...sides, ...present]) for (const name of placeFacts(object)) facts.add(name);
  const looked = judged.flatMap(({ before, after }) => [before, after].flatMap((one) => (one ? [one.object] : [])));
  for (const object of looked) for (const name of referredFacts(object)) facts.add(name);
  const content = [
    present.map(({ id }) => id).sort((a, b) => a - b),
    [...changes].map(([key, after]) => `${key}:${after?.id ?? 0}`).sort(),
  ];
  const routed = new Map(sides.filter((one) => !isGateway(one)).map((one) => [one.key, one]));
  const rivals = routed.size > 1 ? [...routed.values()].sort((a, b) => (a.key < b.key ? -1 : 1)) : [];
  return {
    name: JSON.stringify(content),
    before: present,
    changes,
    rivals,
    facts: [...facts].sort(),
    ports: referredPorts(looked),
    secrets: referredSecrets(looked),
  };
}

function nodesOf(variant: Variant, listeners: ListenerHosts, changedGateways: ReadonlySet<string>): string[] {
  return placesOf(variant.object, listeners).flatMap(({ parent, host }) => {
    const all = `${parent}|`;
    // An edit of a Gateway concerns every route that names it, and with them all of its tables.
    if (changedGateways.has(parent)) return [all];
    return host === undefined ? [all] : [`${parent}|${host}`];
  });
}

function isGateway(variant: Variant | undefined): boolean {
  return variant !== undefined && asGateway(variant.object) !== undefined;
}

/** Names that belong together. */
class Groups {
  readonly #parents = new Map<string, string>();

  of(name: string): string {
    let root = name;
    for (let up = this.#parents.get(root); up !== undefined; up = this.#parents.get(root)) root = up;
    // The next look-up from here is short.
    if (root !== name) this.#parents.set(name, root);
    return root;
  }

  join(a: string, b: string): void {
    const [x, y] = [this.of(a), this.of(b)];
    if (x !== y) this.#parents.set(x, y);
  }
}
