import { formatLabelSelector, type IntentKind } from "@fairlead/contract";
import type { AnyIntent } from "../intents.ts";
import { age } from "./time.ts";

/** Head and rows of the table of one intent kind. */
export function intentColumns(kind: IntentKind, intents: readonly AnyIntent[], nowMs: number): [string[], string[][]] {
  const head = ["NAMESPACE", "NAME", isRoute(kind) ? "PARENTS" : "CLASS", "HOSTS", "PLACEMENT", "REVISION", "AGE"];
  const rows = intents.map(({ namespace, name, spec, placement, revision, updatedAt }) => [
    namespace,
    name,
    isRoute(kind)
      ? unique(names(spec.parentRefs, "name"))
      : text(spec[kind === "Gateway" ? "gatewayClassName" : "ingressClassName"]),
    hosts(kind, spec),
    formatLabelSelector(placement.clusterSelector),
    revision,
    age(updatedAt, nowMs),
  ]);
  return [head, rows];
}

function isRoute(kind: IntentKind): boolean {
  return kind === "HTTPRoute" || kind === "GRPCRoute";
}

function hosts(kind: IntentKind, spec: Readonly<Record<string, unknown>>): string {
  if (isRoute(kind)) return unique(list(spec.hostnames).map(text)) || "*";
  return unique(kind === "Gateway" ? names(spec.listeners, "hostname") : names(spec.rules, "host")) || "*";
}

function names(value: unknown, field: string): string[] {
  return list(value).map((item) => (typeof item === "object" && item !== null ? text(Reflect.get(item, field)) : ""));
}

function unique(texts: readonly string[]): string {
  return [...new Set(texts.filter((one) => one !== ""))].join(",");
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
