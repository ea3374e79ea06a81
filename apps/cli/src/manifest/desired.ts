import {
  describeProblem,
  fieldProblems,
  type IntentInput,
  type IntentKind,
  type JsonObject,
  type LabelSelector,
  nearest,
  parseLabelSelector,
  routes,
  unknownField,
} from "@fairlead/contract";
import { isIntentKind } from "../kinds.ts";
import type { Manifest, ManifestProblem } from "./parse.ts";

/** An intent that a manifest asks for. */
export interface Desired {
  readonly kind: IntentKind;
  readonly input: IntentInput;
  readonly source: string;
  readonly line: number;
}

/** What manifests ask for, everything wrong with them, and what is worth saying although it stops nothing. */
export interface DesiredSet {
  readonly desired: readonly Desired[];
  readonly problems: readonly ManifestProblem[];
  readonly warnings: readonly ManifestProblem[];
}

/** A label selector in kubectl's text form: the clusters an intent goes to. */
const PLACEMENT_ANNOTATION = "fairlead.dev/placement";

const API_VERSIONS: Readonly<Record<IntentKind, readonly string[]>> = {
  Gateway: ["gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1beta1"],
  HTTPRoute: ["gateway.networking.k8s.io/v1", "gateway.networking.k8s.io/v1beta1"],
  Ingress: ["networking.k8s.io/v1"],
};

const INPUT = {
  Gateway: routes.gateways.create.request.body.content["application/json"].schema,
  HTTPRoute: routes.httpRoutes.create.request.body.content["application/json"].schema,
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

/** Annotations whose absence in clusters changes nothing. */
const SILENT = /^(fairlead\.dev\/|kubectl\.kubernetes\.io\/last-applied-configuration$)/;

/** Turns manifests into intents. `placement` is for those without an annotation of their own; the default is every cluster. */
export function desiredOf(manifests: readonly Manifest[], placement?: LabelSelector): DesiredSet {
  const desired: Desired[] = [];
  const problems: ManifestProblem[] = [];
  const warnings: ManifestProblem[] = [];
  const seen = new Map<string, Desired>();
  for (const manifest of manifests) {
    const found = readManifest(manifest, placement);
    warnings.push(...found.warnings);
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
  return { desired, problems, warnings };
}

type Read = { readonly warnings: readonly ManifestProblem[] } & (
  | { readonly desired: Desired }
  | { readonly problems: readonly ManifestProblem[] }
);

function readManifest(manifest: Manifest, placement: LabelSelector | undefined): Read {
  const { source, kind, apiVersion, metadata, spec } = manifest;
  const at = (field: string, message: string): ManifestProblem => ({ source, line: manifest.lineOf(field), message });
  if (!isIntentKind(kind)) return { warnings: [], problems: [at("kind", refusedKind(kind))] };
  if (!API_VERSIONS[kind].includes(apiVersion)) {
    const message = `apiVersion: ${kind} is read as ${API_VERSIONS[kind][0]} (got "${apiVersion}")`;
    return { warnings: [], problems: [at("apiVersion", message)] };
  }
  const problems: ManifestProblem[] = [];
  for (const key of Object.keys(metadata).filter((one) => !OURS.includes(one) && !SERVERS.includes(one))) {
    problems.push(at(`metadata.${key}`, `metadata.${key}: ${unknownField(key, OURS)}`));
  }
  const annotations = annotationsOf(metadata);
  const own = annotations.get(PLACEMENT_ANNOTATION);
  const parsed = own === undefined ? { selector: placement ?? {} } : parseLabelSelector(own);
  if ("problem" in parsed) {
    problems.push(
      at(
        `metadata.annotations["${PLACEMENT_ANNOTATION}"]`,
        `metadata.annotations["${PLACEMENT_ANNOTATION}"]: ${parsed.problem}`,
      ),
    );
  }
  const { name, namespace, labels } = metadata;
  const input = {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(labels !== undefined && labels !== null && { labels }),
    placement: { clusterSelector: "problem" in parsed ? {} : parsed.selector },
    spec,
  };
  const result = INPUT[kind].safeParse(input);
  for (const problem of result.error ? fieldProblems(result.error, input) : []) {
    const field = problem.field.startsWith("spec") ? problem.field : `metadata.${problem.field}`;
    problems.push(at(field, describeProblem({ ...problem, field })));
  }
  const ignored = [...annotations.keys()].filter((key) => !SILENT.test(key));
  const warnings = ignored.map((key) =>
    at(`metadata.annotations["${key}"]`, `annotation ${key} is not carried to clusters`),
  );
  if (!result.success || problems.length > 0) return { warnings, problems };
  return { warnings, desired: { kind, input: result.data, source, line: manifest.line } };
}

function refusedKind(kind: string): string {
  const near = nearest(kind, Object.keys(API_VERSIONS));
  const hint = near === undefined ? "only Gateway, HTTPRoute and Ingress can" : `did you mean ${near}?`;
  return `kind: ${kind} cannot be an intent; ${hint}`;
}

function annotationsOf(metadata: JsonObject): ReadonlyMap<string, string> {
  const { annotations } = metadata;
  if (typeof annotations !== "object" || annotations === null || Array.isArray(annotations)) return new Map();
  return new Map(Object.entries(annotations).map(([key, value]) => [key, String(value)]));
}
