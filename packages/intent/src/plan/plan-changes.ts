import { FINDINGS, type FindingCode } from "@fairlead/contract";
import type { ObjectKey } from "@fairlead/kubernetes-types";
import { canonicalJson } from "../canonical.ts";
import { notGranted } from "../grants.ts";
import { KINDS } from "../kinds.ts";
import { objectKey } from "../object-key.ts";
import { placedOn } from "../placement.ts";
import type { Intent, Json } from "../types.ts";
import { decideOwner, NEW } from "./claims.ts";
import { factView } from "./fact-view.ts";
import { Facts } from "./facts.ts";
import { certificatesView } from "./findings/secrets.ts";
import { type JudgeOptions, judge, type PieceFinding } from "./judge.ts";
import { objectPlan } from "./object-plan.ts";
import { cutPieces, type Piece, type VariantChange } from "./pieces.ts";
import { type PlaneReading, Planes } from "./planes.ts";
import { judgePorts, portPiece } from "./ports.ts";
import type {
  Change,
  ClaimConflict,
  ClusterPlan,
  KnownClaim,
  KnownIntent,
  ObjectPlan,
  PlanBasis,
  PlanFinding,
  PlanResult,
  PlanTarget,
} from "./types.ts";
import { type Variant, Variants } from "./variants.ts";

export interface PlanOptions {
  /** Report everything that is wrong in the clusters the plan lands on, not just what it brings about or touches. */
  readonly whole?: boolean;
}

/** What a set of changes would do in every cluster, and what is worth saying about it. */
export function planChanges(basis: PlanBasis, options: PlanOptions = {}): PlanResult {
  const steps = planInSteps(basis, options);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** As {@link planChanges}; pauses after each cluster, so that a server can see to others in between. */
export function* planInSteps(basis: PlanBasis, { whole = false }: PlanOptions = {}): Generator<undefined, PlanResult> {
  const planner = new Planner(basis, whole);
  for (const target of planner.targets) {
    planner.plan(target);
    yield undefined;
  }
  return planner.result();
}

/** What all clusters with the same objects have in common. */
interface Layout {
  readonly objects: readonly ObjectPlan[];
  readonly pieces: readonly Piece[];
  /** All who may want a port of the nodes; undefined when the plan changes none of them. */
  readonly ports: Piece | undefined;
  readonly changes: boolean;
}

class Planner {
  readonly targets: readonly PlanTarget[];
  readonly #basis: PlanBasis;
  readonly #whole: boolean;
  readonly #variants = new Variants();
  readonly #facts: Facts;
  readonly #stored = new Map<string, KnownIntent>();
  readonly #claims = new Map<string, Map<string, KnownClaim>>();
  readonly #keys: readonly ObjectKey[];
  /** Ids of stored intents that would be the same object, by change. */
  readonly #rivals: readonly (readonly string[])[];
  readonly #neighbours: readonly KnownIntent[];
  /** Ids of the clusters each change is placed on. */
  readonly #placed: readonly ReadonlySet<string>[];
  readonly #layouts = new Map<string, Layout>();
  readonly #judgements = new Map<string, readonly PieceFinding[]>();
  readonly #planes = new Planes();
  readonly #plans: ClusterPlan[] = [];
  readonly #conflicts: ClaimConflict[] = [];
  readonly #findings: PlanFinding[] = [];

  constructor(basis: PlanBasis, whole: boolean) {
    this.#basis = basis;
    this.#whole = whole;
    this.targets = [...basis.clusters].sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#facts = new Facts(basis, this.#variants);
    const { changes, others, claims } = basis;
    for (const known of [...others, ...changes.flatMap(({ before }) => before ?? [])]) {
      this.#stored.set(known.intent.id, known);
    }
    for (const claim of claims) {
      const inCluster = this.#claims.get(claim.cluster) ?? new Map<string, KnownClaim>();
      this.#claims.set(claim.cluster, inCluster.set(claim.intent, claim));
    }
    this.#keys = changes.map((change) => objectKey(change));
    const byKey = Map.groupBy(this.#stored.values(), ({ intent }) => objectKey(intent));
    this.#rivals = this.#keys.map((key) => (byKey.get(key) ?? []).map(({ intent }) => intent.id));
    const taken = new Set(this.#keys);
    this.#neighbours = others.filter(({ intent }) => !taken.has(objectKey(intent)));
    this.#placed = changes.map((change, index) => this.#place(index, change.after));
  }

  plan(target: PlanTarget): void {
    const claims = this.#claims.get(target.id) ?? new Map<string, KnownClaim>();
    const landing: VariantChange[] = [];
    for (const index of this.#basis.changes.keys()) {
      const change = this.#land(index, target, claims);
      if (change !== undefined) landing.push(change);
    }
    if (landing.length === 0) return;
    const foreign = this.#foreign(landing, target);
    const present = this.#neighbours.flatMap((known) =>
      claims.get(known.intent.id)?.held === false ? [this.#variants.stored(known, target)] : [],
    );
    const layout = this.#layout(landing, [...present, ...foreign]);
    this.#plans.push({ cluster: target.id, name: target.name, objects: layout.objects });
    if (!layout.changes && !this.#whole) return;
    const hosts = this.#planes.hosts(target);
    for (const piece of layout.pieces) {
      for (const finding of this.#judge(judge, piece, target.id, hosts)) this.#report(target, finding);
    }
    const ports = this.#planes.withPorts(target);
    if (ports !== undefined && layout.ports !== undefined) {
      for (const finding of this.#judge(judgePorts, layout.ports, target.id, ports)) this.#report(target, finding);
    }
    this.#judgeCluster(target);
  }

  result(): PlanResult {
    return {
      intents: this.#basis.changes.map(({ before, after }) => changeOf(before?.intent, after)),
      clusters: this.#plans,
      findings: this.#findings.sort(worstFirst),
      conflicts: this.#conflicts.sort((a, b) => a.change - b.change),
      work: { renderings: this.#variants.renderings, judgements: this.#judgements.size },
    };
  }

  /** Where a change goes; says what stands against it. */
  #place(index: number, after: Intent | undefined): ReadonlySet<string> {
    if (after === undefined) return new Set();
    const { clusters, grants } = this.#basis;
    const selected = placedOn(after, clusters);
    const excluded = notGranted(grants, after, selected);
    if (selected.length === 0) this.#about(index, "not_placed", "the placement selects no cluster");
    for (const target of excluded) {
      const text = `${target.name} is selected, but the project is not granted the namespace ${after.namespace} there`;
      this.#about(index, "namespace_not_granted", text, { target });
    }
    return new Set(selected.filter((cluster) => !excluded.includes(cluster)).map(({ id }) => id));
  }

  /** What becomes of a change's object in a cluster; undefined: nothing that the change has to do with. */
  #land(index: number, target: PlanTarget, claims: ReadonlyMap<string, KnownClaim>): VariantChange | undefined {
    const change = this.#basis.changes[index];
    if (change === undefined) return undefined;
    const own = change.before?.intent.id ?? NEW;
    const placed = this.#placed[index]?.has(target.id) === true;
    if (!placed && !claims.has(own)) return undefined;
    const onObject = (this.#rivals[index] ?? []).flatMap((id) => claims.get(id) ?? []);
    const { before, after, held, refused } = decideOwner(own, placed, onObject);
    if (refused) {
      this.#conflicts.push({ change: index, cluster: target.id, owner: after ?? "" });
      return undefined;
    }
    if (held)
      this.#about(index, "object_held", "another intent has this object; this one waits for it", {
        target,
        owner: after,
      });
    const stored = (id: string | undefined) => {
      const known = id === undefined ? undefined : this.#stored.get(id);
      return known && this.#variants.stored(known, target);
    };
    const next =
      after === own && change.after !== undefined
        ? this.#variants.planned(index, change, change.after, this.#basis.project, target)
        : stored(after);
    const landing = { before: stored(before), after: next };
    if (change.after !== undefined && landing.before !== next) this.#checkServed(index, target, change.after);
    return landing;
  }

  /** The cluster's objects that are not from Fairlead; says which of them stand in the way. */
  #foreign(landing: readonly VariantChange[], target: PlanTarget): readonly Variant[] {
    const members = this.#facts.members(target.id);
    if (members.length === 0) return members;
    const wanted = new Map(landing.flatMap(({ after }) => (after === undefined ? [] : [[after.key, after]])));
    return members.filter(({ key }) => {
      const index = wanted.has(key) ? this.#keys.indexOf(key) : -1;
      if (index >= 0) {
        const text = `${target.name} has an object of this name that is not from Fairlead; it is left alone`;
        this.#about(index, "foreign_object", text, { target });
      }
      return index < 0;
    });
  }

  #checkServed(index: number, target: PlanTarget, { kind }: Intent): void {
    const { group, versions } = KINDS[kind];
    const { served } = target;
    if (served === undefined || versions.some((version) => served.includes(`${group}/${version}/${kind}`))) return;
    this.#about(index, "kind_not_served", `the API server of ${target.name} serves no ${group}/${kind}`, { target });
  }

  #layout(landing: readonly VariantChange[], others: readonly Variant[]): Layout {
    const name = [
      ...landing.map(({ before, after }) => `${before?.id ?? 0}>${after?.id ?? 0}`),
      others.map(({ id }) => id).join(","),
    ].join(";");
    const known = this.#layouts.get(name);
    if (known !== undefined) return known;
    const objects = landing.flatMap(({ before, after }) => objectPlan(before, after) ?? []);
    const made = {
      objects: objects.sort((a, b) => (a.key < b.key ? -1 : 1)),
      pieces: cutPieces(landing, others, this.#whole),
      ports: portPiece(landing, others, this.#whole),
      changes: objects.some(({ change }) => change !== "none"),
    };
    this.#layouts.set(name, made);
    return made;
  }

  #judge(
    rule: (piece: Piece, options: JudgeOptions) => readonly PieceFinding[],
    piece: Piece,
    cluster: string,
    { name: plane, settings }: PlaneReading,
  ): readonly PieceFinding[] {
    const knowsFacts = this.#basis.reporting.has(cluster);
    const facts = piece.facts.flatMap((name) => this.#facts.named(cluster, name));
    const ages = this.#ages(piece, cluster);
    const certificates = this.#facts.certificates(cluster, piece.secrets);
    const seen = facts.map((fact) => factView(fact, piece.ports)).join(",");
    const name = `${piece.name} ${plane} ${knowsFacts} ${seen} ${orderOf(ages)} ${certificatesView(certificates)}`;
    const known = this.#judgements.get(name);
    if (known !== undefined) return known;
    const made = rule(piece, {
      facts,
      knowsFacts,
      settings,
      certificates,
      ages,
      whole: this.#whole,
      projectNames: this.#basis.projectNames,
    });
    this.#judgements.set(name, made);
    return made;
  }

  /** How old the objects are that a piece's precedence depends on, where the cluster tells more than their intents. */
  #ages(piece: Piece, cluster: string): ReadonlyMap<ObjectKey, string> {
    const known = piece.rivals.some(({ key }) => this.#facts.age(cluster, key) !== undefined);
    if (!known) return new Map();
    return new Map(
      piece.rivals.map(({ key, object }) => [
        key,
        this.#facts.age(cluster, key) ?? object.metadata.creationTimestamp ?? NOT_YET,
      ]),
    );
  }

  #judgeCluster(target: PlanTarget): void {
    const { connection, seenAt, name } = target;
    const nothing = { subject: undefined, field: undefined, related: [] };
    const say = (code: FindingCode, message: string) =>
      this.#report(target, { severity: FINDINGS[code].severity, code, message, ...nothing });
    if (connection === "never") {
      say("cluster_disconnected", `${name}: no connector has joined yet; changes wait until one does`);
      return;
    }
    if (connection === "disconnected") {
      const since = seenAt === undefined ? "" : ` since ${seenAt}`;
      say("cluster_disconnected", `${name}: the connector is not connected${since}; changes wait until it is back`);
    }
    if (!this.#basis.reporting.has(target.id)) {
      say("reference_unchecked", `${name}: the cluster has not reported what it holds, so references are not checked`);
    }
  }

  #about(
    index: number,
    code: FindingCode,
    text: string,
    { target, owner }: { readonly target?: PlanTarget; readonly owner?: string | undefined } = {},
  ): void {
    const change = this.#basis.changes[index];
    if (change === undefined) return;
    const { kind, namespace, name, before } = change;
    const other = owner === undefined ? undefined : this.#stored.get(owner);
    const subject = { kind, namespace, name, intent: before?.intent.id, project: this.#basis.project };
    const related = other && { kind, namespace, name, intent: other.intent.id, project: other.project };
    this.#report(target, {
      severity: FINDINGS[code].severity,
      code,
      message: `${kind} ${namespace}/${name}: ${text}`,
      subject,
      field: code === "not_placed" ? "placement.clusterSelector" : undefined,
      related: related === undefined ? [] : [related],
    });
  }

  #report(target: PlanTarget | undefined, finding: PieceFinding): void {
    this.#findings.push({ ...finding, cluster: target?.id, clusterName: target?.name });
  }
}

/** What an object has instead of an age before it is made. */
const NOT_YET = "9999-12-31T23:59:59Z";

/** Only the order of ages matters: clusters in which it is the same share their judgements. */
function orderOf(ages: ReadonlyMap<ObjectKey, string>): string {
  const sorted = [...new Set(ages.values())].sort();
  return [...ages.values()].map((age) => sorted.indexOf(age)).join(",");
}

function changeOf(before: Intent | undefined, after: Intent | undefined): Change {
  if (before === undefined) return after === undefined ? "none" : "create";
  if (after === undefined) return "delete";
  return contentOf(before) === contentOf(after) ? "none" : "update";
}

/** What a user writes of an intent, as text: equal texts are no change. */
export function contentOf({ id: _, ...content }: Intent): string {
  const json: Json = JSON.parse(JSON.stringify(content));
  return canonicalJson(json);
}

const SEVERITIES = ["error", "warning", "info"];

function worstFirst(a: PlanFinding, b: PlanFinding): number {
  const text = (one: PlanFinding) =>
    [SEVERITIES.indexOf(one.severity), one.clusterName ?? "", one.message, one.field ?? ""].join("\n");
  const [x, y] = [text(a), text(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
