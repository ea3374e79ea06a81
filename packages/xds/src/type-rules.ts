import { TYPE_URL, type TypeUrl } from "@fairlead/envoy";

/** How Envoy treats a type of resource, as far as a delta server must know. */
export interface TypeRule {
  readonly typeUrl: TypeUrl;
  /** An empty first request subscribes to everything; removals are sent. Otherwise Envoy names what it wants and drops it itself. */
  readonly wildcard: boolean;
  /**
   * How many resources may share a response. Envoy rejects a response whole, so what a user's words can spoil goes
   * alone: then the nonce is the culprit.
   */
  readonly perResponse: number;
  /** How many may share one that this very version has been accepted in by an Envoy before. */
  readonly perResponseProven: number;
  /** The first answer on a stream holds all there is: a listener waits for the scopes of the first answer only. */
  readonly firstAnswerWhole: boolean;
  /** Types Envoy subscribes to because it has received such a resource; they cannot be acknowledged earlier. */
  readonly asksFor: readonly TypeUrl[];
  /** Whether what it requires must outlive it: Envoy answers 503 where a route names a cluster that is gone. */
  readonly namesClusters: boolean;
}

const base = {
  wildcard: false,
  perResponse: 1,
  perResponseProven: 128,
  firstAnswerWhole: false,
  asksFor: [],
  namesClusters: false,
};

/** The rules, in the order in which types are sent: what is referred to comes first. */
export const TYPE_RULES: readonly TypeRule[] = [
  { ...base, typeUrl: TYPE_URL.cluster, wildcard: true, asksFor: [TYPE_URL.endpoints, TYPE_URL.secret] },
  { ...base, typeUrl: TYPE_URL.endpoints, perResponse: 128 },
  { ...base, typeUrl: TYPE_URL.secret, perResponse: 32 },
  { ...base, typeUrl: TYPE_URL.scope, wildcard: true, firstAnswerWhole: true, asksFor: [TYPE_URL.route] },
  { ...base, typeUrl: TYPE_URL.route, namesClusters: true },
  {
    ...base,
    typeUrl: TYPE_URL.listener,
    wildcard: true,
    perResponseProven: 1,
    asksFor: [TYPE_URL.scope, TYPE_URL.route, TYPE_URL.secret],
    namesClusters: true,
  },
];

const BY_TYPE: ReadonlyMap<string, TypeRule> = new Map(TYPE_RULES.map((rule) => [rule.typeUrl, rule]));

/** The rule of a type; undefined for a type that is not served. */
export function typeRule(typeUrl: string): TypeRule | undefined {
  return BY_TYPE.get(typeUrl);
}
