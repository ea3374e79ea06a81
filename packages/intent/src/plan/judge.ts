import { FINDINGS } from "@fairlead/contract";
import type { ObjectKey } from "@fairlead/kubernetes-types";
import { MeshIndex, type MeshSettings, type RouteView } from "@fairlead/mesh-model";
import { agedBy, describer } from "./describe.ts";
import { backendFindings } from "./findings/backends.ts";
import { envoyFindings } from "./findings/envoy.ts";
import { detachFindings, gatewayFindings } from "./findings/gateways.ts";
import { hostnameFindings } from "./findings/hostnames.ts";
import { ingressFindings } from "./findings/ingresses.ts";
import { parentFindings } from "./findings/route-parents.ts";
import { shadowFindings } from "./findings/shadowing.ts";
import type { Piece } from "./pieces.ts";
import { asGateway, asRoute, routeView } from "./read-object.ts";
import type { KnownCertificate, PlanFinding } from "./types.ts";
import type { Variant } from "./variants.ts";
import type { Draft, World } from "./world.ts";

/** A finding that is true in every cluster that has the piece. */
export type PieceFinding = Omit<PlanFinding, "cluster" | "clusterName">;

export interface JudgeOptions {
  /** What the cluster holds of the facts that the piece asks for; or what is presumed of a cluster that has not said. */
  readonly facts: readonly Variant[];
  readonly knowsFacts: boolean;
  /** How the cluster's own operator and agents read it. */
  readonly settings: MeshSettings;
  /** What is known of the certificates that the piece refers to. */
  readonly certificates: ReadonlyMap<string, KnownCertificate>;
  /** When objects were made, where that differs from what is known of their intents. */
  readonly ages: ReadonlyMap<ObjectKey, string>;
  /** Judge everything, not just what the changes bring about or touch. */
  readonly whole: boolean;
  readonly projectNames: ReadonlyMap<string, string>;
}

/** Judges a piece of a cluster: applies its changes to the mesh model and looks at what they touched. */
export function judge(piece: Piece, options: JudgeOptions): PieceFinding[] {
  const { facts, knowsFacts, certificates, whole, projectNames, ages, settings } = options;
  const aged = agedBy(ages);
  const index = new MeshIndex(settings);
  const objects = new Map([...piece.before, ...facts].map((one) => [one.key, one]));
  index.apply([...objects.values()].map((one) => ({ key: one.key, object: aged(one) })));
  const tables = new Map(index.model().tables.map((table) => [table.name, table]));
  const routes = piece.before.filter(({ object }) => asRoute(object) !== undefined);
  const views = new Map(routes.map(({ key }): [ObjectKey, RouteView | undefined] => [key, routeView(index, key)]));
  const delta = index.apply([...piece.changes].map(([key, after]) => ({ key, object: after && aged(after) })));

  const known = new Map(objects);
  for (const [key, after] of piece.changes) {
    if (after === undefined) objects.delete(key);
    else for (const map of [objects, known]) map.set(key, after);
  }
  const describe = describer(known, projectNames);
  const judged = whole
    ? [...objects.values()].flatMap((one) => (one.rendered ? [one.key] : []))
    : [...piece.changes.keys()];
  const world: World = {
    index,
    objects: new Map([...objects].map(([key, one]) => [key, aged(one)])),
    judged: judged.filter((key) => objects.has(key)).sort(),
    changed: new Set(piece.changes.keys()),
    knowsFacts,
    certificates,
    secretNamespaces: settings.secretNamespaces,
    tables: whole ? index.model().tables : delta.tables.upserts,
    tableBefore: (name) => (whole ? undefined : tables.get(name)),
    routeBefore: (key) => views.get(key),
    describe,
  };
  return drafts(
    world,
    routes.map(({ key }) => key),
  ).map((draft) => finish(draft, describe));
}

function drafts(world: World, routes: readonly ObjectKey[]): Draft[] {
  const gateways = [...world.changed].filter((key) => key.includes("/Gateway/"));
  return [
    ...shadowFindings(world),
    ...hostnameFindings(world),
    ...gateways.flatMap((key) => detachFindings(world, key, routes)),
    ...world.judged.flatMap((key) => [
      ...(asGateway(world.objects.get(key)) ? gatewayFindings(world, key) : []),
      ...ingressFindings(world, key),
      ...parentFindings(world, key),
      ...backendFindings(world, key),
      ...envoyFindings(world, key),
    ]),
  ];
}

/** A draft with its severity, and what it speaks of described. */
export function finish(
  { code, message, subject, field, related = [] }: Draft,
  describe: World["describe"],
): PieceFinding {
  return {
    severity: FINDINGS[code].severity,
    code,
    message,
    subject: describe(subject).object,
    field,
    related: related.map((key) => describe(key).object),
  };
}
