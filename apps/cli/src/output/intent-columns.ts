import { formatLabelSelector, type IntentKind } from "@fairlead/contract";
import type { AnyIntent } from "../intents.ts";
import { age } from "./time.ts";

/** Head and rows of the table of one intent kind; `isWide` adds labels, annotations (long values cut) and the id. */
export function intentColumns(
  kind: IntentKind,
  intents: readonly AnyIntent[],
  nowMs: number,
  isWide = false,
): [string[], string[][]] {
  const head = ["NAMESPACE", "NAME", isRoute(kind) ? "PARENTS" : "CLASS", "HOSTS", "PLACEMENT", "REVISION", "AGE"];
  if (isWide) head.push("LABELS", "ANNOTATIONS", "ID");
  const rows = intents.map(({ namespace, name, spec, placement, revision, updatedAt, labels, annotations, id }) => [
    namespace,
    name,
    isRoute(kind)
      ? unique(names(spec.parentRefs, "name"))
      : text(spec[kind === "Gateway" ? "gatewayClassName" : "ingressClassName"]),
    hosts(kind, spec),
    formatLabelSelector(placement.clusterSelector),
    revision,
    age(updatedAt, nowMs),
    ...(isWide ? [pairs(labels), pairs(annotations), id] : []),
  ]);
  return [head, rows];
}

function pairs(entries: Readonly<Record<string, string>>): string {
  const short = (value: string) => (value.length <= 40 ? value : `${value.slice(0, 39)}…`).replaceAll(/\s+/g, " ");
  return Object.entries(entries)
    .map(([key, value]) => `${key}=${short(value)}`)
    .join(",");
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
