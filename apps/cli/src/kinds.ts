import { nearest } from "@fairlead/contract";
import { MeshError } from "@fairlead/core";

/** What can be named on the command line, with the words for it; the first is the one we print. */
const WORDS = {
  Gateway: ["gateway", "gateways", "gtw"],
  HTTPRoute: ["httproute", "httproutes", "hr"],
  GRPCRoute: ["grpcroute", "grpcroutes", "gr"],
  Ingress: ["ingress", "ingresses", "ing"],
  Cluster: ["cluster", "clusters", "clu"],
  Project: ["project", "projects", "prj"],
  Token: ["token", "tokens", "tok"],
  Revision: ["revision", "revisions", "rev"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A kind of thing the CLI knows. */
export type Kind = keyof typeof WORDS;

/** A thing named on the command line. */
export interface Target {
  readonly kind: Kind;
  readonly name: string | undefined;
}

/** The kind a word stands for, in any case. Throws `invalid_request`, with a guess, when it stands for none. */
function kindOf(word: string): Kind {
  for (const kind of Object.keys(WORDS)) {
    if (isKind(kind) && WORDS[kind].some((one) => one === word.toLowerCase())) return kind;
  }
  const known = Object.values(WORDS).flatMap((words) => [...words]);
  const near = nearest(word, known);
  const hint =
    near === undefined
      ? `known kinds: ${Object.values(WORDS)
          .map((words) => words[0])
          .join(", ")}`
      : `did you mean ${near}?`;
  throw new MeshError("invalid_request", { public: `There is no kind "${word}"; ${hint}` });
}

/** The word we print for a kind. */
export function wordOf(kind: Kind): string {
  return WORDS[kind][0];
}

/** Reads `kind`, `kind name…`, `kind/name…`. */
export function readTargets(words: readonly string[]): Target[] {
  const [first, ...rest] = words;
  if (first === undefined) return [];
  if (!first.includes("/")) {
    const kind = kindOf(first);
    return rest.length === 0 ? [{ kind, name: undefined }] : rest.map((name) => ({ kind, name: ownName(kind, name) }));
  }
  return words.map((word) => {
    const [kind, name, ...more] = word.split("/");
    if (kind === undefined || name === undefined || name === "" || more.length > 0) {
      throw new MeshError("invalid_request", { public: `"${word}" is not kind/name, such as httproute/reviews` });
    }
    return { kind: kindOf(kind), name };
  });
}

/** How we name a thing to people: `httproute/reviews`, with the namespace when it is not `default`. */
export function label(kind: Kind, name: string, namespace = "default"): string {
  return `${wordOf(kind)}/${name}${namespace === "default" ? "" : ` (namespace ${namespace})`}`;
}

function ownName(kind: Kind, name: string): string {
  if (name.includes("/")) {
    throw new MeshError("invalid_request", {
      public: `"${name}" after "${wordOf(kind)}" must be a name without a slash`,
    });
  }
  return name;
}

function isKind(text: string): text is Kind {
  return Object.hasOwn(WORDS, text);
}
