import {
  describeProblem,
  fieldProblems,
  type IntentInput,
  type IntentKind,
  isIntentKind,
  isJsonObject,
  type JsonValue,
  type LabelSelector,
  nearest,
  parseLabelSelector,
  routes,
  unknownField,
} from "@fairlead/contract";
import type { Manifest, ManifestProblem } from "./parse.ts";

/** An intent that a manifest asks for. */
export interface Desired {
  readonly kind: IntentKind;
  readonly input: IntentInput;
  readonly source: string;
  readonly line: number;
}

/** What manifests ask for, and everything wrong with them. */
export interface DesiredSet {
  readonly desired: readonly Desired[];
  readonly problems: readonly ManifestProblem[];
}

/** A label selector in kubectl's text form: the clusters an intent goes to. */
const PLACEMENT_ANNOTATION = "fairlead.dev/placement";

/** `revert` or `report`: what is done when others change the object in a cluster. */
const DRIFT_POLICY_ANNOTATION = "fairlead.dev/drift-policy";

const API_VERSIONS: Readonly<Record<IntentKind, readonly string[]>> = {
  Gateway: ["gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1beta1"],
  HTTPRoute: ["gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1beta1"],
  GRPCRoute: ["gateway.networking.k8s.io/v1"],
  Ingress: ["networking.k8s.io/v1"],
};

const INPUT = {
  Gateway: routes.gateways.create.request.body.content["application/json"].schema,
  HTTPRoute: routes.httpRoutes.create.request.body.content["application/json"].schema,
  GRPCRoute: routes.grpcRoutes.create.request.body.content["application/json"].schema,
  Ingress: routes.ingresses.create.request.body.content["application/json"].schema,
} as const;

/** Of metadata: what we take, and what API servers add and we leave. */
const OURS = ["name", "namespace", "labels", "annotations"];
const SERVERS = [
  "uid",
  "resourceVersion",
  "generation",
  "creationTimestamp",
  "managedFields",
  "selfLink",
  "ownerReferences",
  "finalizers",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
];

/** Annotations that are not part of what the user wants: read here, or left by kubectl and the connector on what they applied. */
const NOT_CARRIED: ReadonlySet<string> = new Set([
  PLACEMENT_ANNOTATION,
  DRIFT_POLICY_ANNOTATION,
  "fairlead.dev/intent",
  "fairlead.dev/revision",
  "kubectl.kubernetes.io/last-applied-configuration",
]);

/** Turns manifests into intents. `placement` is for those without an annotation of their own; the default is every cluster. */
export function desiredOf(manifests: readonly Manifest[], placement?: LabelSelector): DesiredSet {
  const desired: Desired[] = [];
  const problems: ManifestProblem[] = [];
  const seen = new Map<string, Desired>();
  for (const manifest of manifests) {
    const found = readManifest(manifest, placement);
    if ("problems" in found) {
      problems.push(...found.problems);
      continue;
    }
    const { kind, input } = found.desired;
    const key = `${kind}/${input.namespace}/${input.name}`;
    const earlier = seen.get(key);
    if (earlier !== undefined) {
      const message = `${kind} ${input.name} is in ${earlier.source}:${earlier.line} already`;
      problems.push({ source: manifest.source, line: manifest.line, message });
    }
    seen.set(key, found.desired);
    desired.push(found.desired);
  }
  return { desired, problems };
}

type Read = { readonly desired: Desired } | { readonly problems: readonly ManifestProblem[] };

function readManifest(manifest: Manifest, placement: LabelSelector | undefined): Read {
  const { source, kind, apiVersion, metadata, spec } = manifest;
  const at = (field: string, message: string): ManifestProblem => ({ source, line: manifest.lineOf(field), message });
  if (!isIntentKind(kind)) return { problems: [at("kind", refusedKind(kind))] };
  if (!API_VERSIONS[kind].includes(apiVersion)) {
    const message = `apiVersion: ${kind} is read as ${API_VERSIONS[kind][0]} (got "${apiVersion}")`;
    return { problems: [at("apiVersion", message)] };
  }
  const problems: ManifestProblem[] = [];
  for (const key of Object.keys(metadata).filter((one) => !OURS.includes(one) && !SERVERS.includes(one))) {
    problems.push(at(`metadata.${key}`, `metadata.${key}: ${unknownField(key, OURS)}`));
  }
  const { name, namespace, labels, annotations } = metadata;
  const own = isJsonObject(annotations) ? annotations[PLACEMENT_ANNOTATION] : undefined;
  const driftPolicy = isJsonObject(annotations) ? annotations[DRIFT_POLICY_ANNOTATION] : undefined;
  const parsed = own === undefined ? { selector: placement ?? {} } : readPlacement(own);
  if ("problem" in parsed) {
    problems.push(
      at(
        `metadata.annotations["${PLACEMENT_ANNOTATION}"]`,
        `metadata.annotations["${PLACEMENT_ANNOTATION}"]: ${parsed.problem}`,
      ),
    );
  }
  const input = {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(labels !== undefined && labels !== null && { labels }),
    ...(annotations !== undefined && annotations !== null && { annotations: carried(annotations) }),
    ...(driftPolicy !== undefined && { driftPolicy }),
    placement: { clusterSelector: "problem" in parsed ? {} : parsed.selector },
    spec,
  };
  const result = INPUT[kind].safeParse(input);
  for (const problem of result.error ? fieldProblems(result.error, input) : []) {
    const field = fieldOfManifest(problem.field);
    problems.push(at(field, describeProblem({ ...problem, field })));
  }
  if (!result.success || problems.length > 0) return { problems };
  return { desired: { kind, input: result.data, source, line: manifest.line } };
}

/** Where a field of the input stands in a manifest. */
function fieldOfManifest(field: string): string {
  if (field.startsWith("spec")) return field;
  return field === "driftPolicy" ? `metadata.annotations["${DRIFT_POLICY_ANNOTATION}"]` : `metadata.${field}`;
}

function refusedKind(kind: string): string {
  const near = nearest(kind, Object.keys(API_VERSIONS));
  const hint = near === undefined ? "only Gateway, HTTPRoute, GRPCRoute and Ingress can" : `did you mean ${near}?`;
  return `kind: ${kind} cannot be an intent; ${hint}`;
}

function readPlacement(value: JsonValue): ReturnType<typeof parseLabelSelector> {
  return typeof value === "string" ? parseLabelSelector(value) : { problem: "must be a string such as env=prod" };
}

/** What of a manifest's annotations goes into the intent; what is no map is left for the contract to refuse. */
function carried(annotations: JsonValue): JsonValue {
  if (!isJsonObject(annotations)) return annotations;
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => !NOT_CARRIED.has(key)));
}
