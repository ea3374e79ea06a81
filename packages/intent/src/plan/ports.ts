import type { Gateway, Ingress, KubernetesObject, ObjectKey } from "@fairlead/kubernetes-types";
import { MeshIndex, type MeshSettings, ownHostPort, PORT_UNAVAILABLE } from "@fairlead/mesh-model";
import { agedBy, describer } from "./describe.ts";
import { placeFacts } from "./fact-names.ts";
import { finish, type JudgeOptions, type PieceFinding } from "./judge.ts";
import type { Piece, VariantChange } from "./pieces.ts";
import { asGateway, asIngress } from "./read-object.ts";
import type { Variant } from "./variants.ts";

/**
 * All who may want a port of a cluster's nodes, as a piece of its own: there Gateways and Ingresses meet that have no
 * host in common. Undefined when the plan changes none of them, unless `whole`.
 */
export function portPiece(
  changes: readonly VariantChange[],
  others: readonly Variant[],
  whole: boolean,
): Piece | undefined {
  const landing = changes.filter(({ before, after }) => isClaimant(before) || isClaimant(after));
  const changed = landing.filter(({ before, after }) => before !== after);
  if (changed.length === 0 && !whole) return undefined;
  const neighbours = others.filter(isClaimant);
  const before = [...landing.flatMap((one) => one.before ?? []), ...neighbours];
  const made = new Map<ObjectKey, Variant | undefined>();
  for (const { before, after } of changed) {
    const key = (before ?? after)?.key;
    if (key !== undefined) made.set(key, after);
  }
  const claimants = new Map([...before, ...landing.flatMap((one) => one.after ?? [])].map((one) => [one.key, one]));
  const rivals = [...claimants.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const content = [before.map(({ id }) => id).sort((a, b) => a - b), [...made].map(([key, to]) => [key, to?.id ?? 0])];
  return {
    name: `ports ${JSON.stringify(content)}`,
    before,
    changes: made,
    rivals,
    facts: [...new Set(rivals.flatMap(({ object }) => placeFacts(object)))].sort(),
    ports: new Map(),
    secrets: [],
  };
}

/** Who does not get a port of the nodes because of the changes, or is changed and does not get it. */
export function judgePorts(piece: Piece, options: JudgeOptions): PieceFinding[] {
  const { facts, ages, whole, projectNames, settings } = options;
  const aged = agedBy(ages);
  const index = new MeshIndex(settings);
  index.apply([...piece.before, ...facts].map((one) => ({ key: one.key, object: aged(one) })));
  const known = new Map([...piece.before, ...piece.rivals].map((one) => [one.key, one]));
  const faults = (key: ObjectKey) => index.faults(key).filter(({ reason }) => reason === PORT_UNAVAILABLE);
  const before = new Map([...known.keys()].map((key) => [key, new Set(faults(key).map(textOf))]));
  index.apply([...piece.changes].map(([key, after]) => ({ key, object: after && aged(after) })));
  const describe = describer(known, projectNames);
  return [...known.keys()].sort().flatMap((key) => {
    const isJudged = whole ? known.get(key)?.rendered !== undefined : piece.changes.has(key);
    return faults(key)
      .filter((fault) => isJudged || before.get(key)?.has(textOf(fault)) === false)
      .map(({ field, message }) => {
        const holder = [...known.keys()].find((other) => message.includes(`by ${nameOf(other)},`));
        const text = `${describe(key).text}: ${message}`;
        const related = holder === undefined ? [] : [holder];
        return finish({ code: "port_unavailable", message: text, subject: key, field, related }, describe);
      });
  });
}

/**
 * Whether an object other than a shared Ingress may want the port of the shared ones: only then does it matter which
 * shared Ingresses there are, and how old.
 */
export function wantsSharedPort(object: KubernetesObject, { hostNetwork, ingress = {} }: MeshSettings): boolean {
  const port = hostNetwork?.ingresses?.sharedListenerPort;
  if (port === undefined) return false;
  const gateway: Gateway | undefined = asGateway(object);
  if (gateway !== undefined) return gateway.spec.listeners.some((listener) => listener.port === port);
  const other: Ingress | undefined = asIngress(object);
  return other !== undefined && ownHostPort(other, ingress) === port;
}

function isClaimant(variant: Variant | undefined): boolean {
  return variant !== undefined && (asGateway(variant.object) ?? asIngress(variant.object)) !== undefined;
}

function textOf({ field, message }: { readonly field: string; readonly message: string }): string {
  return `${field} ${message}`;
}

/** As the mesh model names who has a port. */
function nameOf(key: ObjectKey): string {
  const [, kind, namespace, name] = key.split("/");
  return `${kind} ${namespace}/${name}`;
}
