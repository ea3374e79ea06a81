import { formatLabelSelector } from "@fairlead/contract";
import type { IntentRecord } from "./intent-record.ts";
import { listOf, objectOf, textOf } from "./json-access.ts";
import type { KindInfo } from "./kinds.ts";

/** An intent as the tables show it. */
export interface IntentRow {
  readonly id: string;
  readonly kind: string;
  readonly segment: string;
  readonly namespace: string;
  readonly name: string;
  /** Host names, sorted; `*` for any. */
  readonly hosts: readonly string[];
  /** What it hangs on: parent references, or a class. */
  readonly parents: readonly string[];
  /** Where it leads: backends, or a Gateway's listeners. */
  readonly targets: readonly string[];
  /** Its cluster selector as kubectl writes it; `all clusters` when it selects every one. */
  readonly placement: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly revision: string;
  readonly createdAt: string;
  /** All that a text filter looks at, in lower case. */
  readonly haystack: string;
}

/** The row of an intent. */
export function rowOf(intent: IntentRecord, { kind, segment }: KindInfo): IntentRow {
  const parts = kind === "Gateway" ? ofGateway(intent) : kind === "Ingress" ? ofIngress(intent) : ofRoute(intent);
  const selector = formatLabelSelector(intent.placement.clusterSelector);
  const placement = selector === "<all>" ? "all clusters" : selector;
  const labels = Object.entries(intent.labels).map(([key, value]) => `${key}=${value}`);
  const words = [intent.name, intent.namespace, kind, placement, ...labels, ...Object.values(parts).flat()];
  return {
    id: intent.id,
    kind,
    segment,
    namespace: intent.namespace,
    name: intent.name,
    hosts: sortedSet(parts.hosts),
    parents: sortedSet(parts.parents),
    targets: sortedSet(parts.targets),
    placement,
    labels: intent.labels,
    revision: intent.revision,
    createdAt: intent.createdAt,
    haystack: words.join(" ").toLowerCase(),
  };
}

interface Parts {
  readonly hosts: readonly string[];
  readonly parents: readonly string[];
  readonly targets: readonly string[];
}

function ofGateway({ spec }: IntentRecord): Parts {
  const listeners = listOf(spec.listeners).map(objectOf);
  return {
    hosts: listeners.map((listener) => textOf(listener.hostname) ?? "*"),
    parents: [textOf(spec.gatewayClassName) ?? ""],
    targets: listeners.map((listener) => `${listener.name} ${listener.protocol}:${listener.port}`),
  };
}

function ofRoute({ spec, namespace }: IntentRecord): Parts {
  const hosts = listOf(spec.hostnames).flatMap((host) => textOf(host) ?? []);
  const backends = listOf(spec.rules).flatMap((rule) => listOf(objectOf(rule).backendRefs).map(objectOf));
  return {
    hosts: hosts.length === 0 ? ["*"] : hosts,
    parents: listOf(spec.parentRefs).map((parent) => reference(objectOf(parent), namespace)),
    targets: backends.map((backend) => reference(backend, namespace)),
  };
}

function ofIngress({ spec }: IntentRecord): Parts {
  const rules = listOf(spec.rules).map(objectOf);
  const backends = rules.flatMap((rule) => listOf(objectOf(rule.http).paths).map((path) => objectOf(path).backend));
  if (spec.defaultBackend !== undefined) backends.push(spec.defaultBackend);
  return {
    hosts: rules.length === 0 ? ["*"] : rules.map((rule) => textOf(rule.host) ?? "*"),
    parents: [textOf(spec.ingressClassName) ?? "default class"],
    targets: backends.flatMap((backend) => {
      const service = objectOf(objectOf(backend).service);
      const port = objectOf(service.port);
      return typeof service.name === "string" ? [`${service.name}:${port.number ?? port.name ?? ""}`] : [];
    }),
  };
}

/** `namespace/name#section:port`, the parts that are there; the namespace only when it is another. */
function reference(ref: Readonly<Record<string, unknown>>, home: string): string {
  const namespace = textOf(ref.namespace);
  const prefix = namespace === undefined || namespace === home ? "" : `${namespace}/`;
  const section = ref.sectionName === undefined ? "" : `#${ref.sectionName}`;
  const port = ref.port === undefined ? "" : `:${ref.port}`;
  return `${prefix}${ref.name ?? ""}${section}${port}`;
}

function sortedSet(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
