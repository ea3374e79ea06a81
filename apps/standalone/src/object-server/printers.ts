import { isRecord, listAt, textAt } from "./json-value.ts";
import type { Kind } from "./kind.ts";
import type { ServedObject } from "./served-object.ts";

/** A column of `kubectl get`. */
export interface Column {
  readonly name: string;
  readonly type: "string" | "integer";
  /** 0 is always shown, 1 with `-o wide`. */
  readonly priority: 0 | 1;
  readonly cell: (object: ServedObject, nowMs: number) => string | number;
}

/** The columns of a kind: those its users know from the API server or the CRD. */
export function columnsOf(kind: Kind): readonly Column[] {
  return [
    column("Name", (object) => object.metadata.name),
    ...(COLUMNS[kind.kind] ?? []),
    ...(AGELESS.has(kind.kind) ? [] : [age]),
  ];
}

const AGELESS = new Set(["Event", "Service", "Gateway", "GatewayClass", "Ingress"]);

const age = column("Age", (object, now) => ageOf(object.metadata.creationTimestamp, now));

const COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  ConfigMap: [number("Data", (object) => members(object, "data") + members(object, "binaryData"))],
  Event: [
    column("Last Seen", (object, now) =>
      ageOf(textAt(object, "lastTimestamp") || object.metadata.creationTimestamp, now),
    ),
    column("Type", (object) => textAt(object, "type")),
    column("Reason", (object) => textAt(object, "reason")),
    column(
      "Object",
      (object) =>
        `${textAt(object, "involvedObject", "kind").toLowerCase()}/${textAt(object, "involvedObject", "name")}`,
    ),
    column("Message", (object) => textAt(object, "message")),
  ],
  Namespace: [column("Status", (object) => textAt(object, "status", "phase"))],
  Node: [
    column("Status", (object) => (listAt(object, "status", "conditions").some(isReady) ? "Ready" : "Unknown")),
    column("Internal-IP", (object) => nodeAddress(object), 1),
  ],
  Secret: [column("Type", (object) => textAt(object, "type")), number("Data", (object) => members(object, "data"))],
  Service: [
    column("Type", (object) => textAt(object, "spec", "type")),
    column("Cluster-IP", (object) => textAt(object, "spec", "clusterIP") || "<none>"),
    column("External-IP", (object) => loadBalancerAddresses(object) || "<none>"),
    column("Port(s)", (object) => listAt(object, "spec", "ports").map(servicePort).join(",") || "<none>"),
    age,
    column("Selector", (object) => pairs(object, "spec", "selector") || "<none>", 1),
  ],
  ConnectorPolicy: [
    column("Deletes/h", (object) => textAt(object, "spec", "maxDeletesPerHour")),
    column("Kinds", (object) => strings(listAt(object, "spec", "allowedKinds")).join(","), 1),
  ],
  Lease: [column("Holder", (object) => textAt(object, "spec", "holderIdentity"))],
  EndpointSlice: [
    column("AddressType", (object) => textAt(object, "addressType")),
    column("Ports", (object) => few(listAt(object, "ports").map((port) => textAt(port, "port")))),
    column("Endpoints", (object) =>
      few(listAt(object, "endpoints").flatMap((endpoint) => strings(listAt(endpoint, "addresses")))),
    ),
  ],
  GatewayClass: [
    column("Controller", (object) => textAt(object, "spec", "controllerName")),
    column("Accepted", (object) => condition(object, "Accepted")),
    age,
    column("Description", (object) => textAt(object, "spec", "description"), 1),
  ],
  Gateway: [
    column("Class", (object) => textAt(object, "spec", "gatewayClassName")),
    column("Address", (object) =>
      strings(listAt(object, "status", "addresses").map((item) => textAt(item, "value"))).join(","),
    ),
    column("Programmed", (object) => condition(object, "Programmed")),
    age,
  ],
  HTTPRoute: [column("Hostnames", hostnames)],
  GRPCRoute: [column("Hostnames", hostnames)],
  IngressClass: [
    column("Controller", (object) => textAt(object, "spec", "controller")),
    column("Parameters", (object) => textAt(object, "spec", "parameters", "name") || "<none>"),
  ],
  Ingress: [
    column("Class", (object) => textAt(object, "spec", "ingressClassName") || "<none>"),
    column(
      "Hosts",
      (object) =>
        few(
          listAt(object, "spec", "rules")
            .map((rule) => textAt(rule, "host"))
            .filter(Boolean),
        ) || "*",
    ),
    column("Address", (object) => loadBalancerAddresses(object)),
    column("Ports", (object) => (listAt(object, "spec", "tls").length > 0 ? "80, 443" : "80")),
    age,
  ],
};

function hostnames(object: ServedObject): string {
  const names = listAt(object, "spec", "hostnames");
  return names.length === 0 ? "" : JSON.stringify(names);
}

/** How long ago, in at most two units, as kubectl writes it. Source: k8s.io/apimachinery, duration.HumanDuration. */
function ageOf(time: string | undefined, nowMs: number): string {
  const seconds = Math.floor((nowMs - Date.parse(time ?? "")) / 1000);
  if (Number.isNaN(seconds)) return "<unknown>";
  if (seconds < 0) return "0s";
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return two(minutes, "m", seconds % 60, "s");
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return two(hours, "h", minutes % 60, "m");
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  return days < 8 ? two(days, "d", hours % 24, "h") : `${days}d`;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

function column(name: string, cell: Column["cell"], priority: 0 | 1 = 0): Column {
  return { name, type: "string", priority, cell };
}

function number(name: string, cell: Column["cell"]): Column {
  return { name, type: "integer", priority: 0, cell };
}

function members(object: ServedObject, field: string): number {
  const value = object[field];
  return isRecord(value) ? Object.keys(value).length : 0;
}

function pairs(object: ServedObject, ...path: string[]): string {
  const value = path.reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), object);
  return isRecord(value)
    ? Object.entries(value)
        .map(([name, item]) => `${name}=${String(item)}`)
        .join(",")
    : "";
}

function strings(items: readonly unknown[]): string[] {
  return items.map(String).filter((item) => item !== "");
}

function few(items: readonly string[]): string {
  const shown = items.slice(0, 3).join(",");
  return items.length > 3 ? `${shown} + ${items.length - 3} more...` : shown;
}

function condition(object: ServedObject, type: string): string {
  const found = listAt(object, "status", "conditions").find((item) => textAt(item, "type") === type);
  return textAt(found, "status");
}

function isReady(item: unknown): boolean {
  return textAt(item, "type") === "Ready" && textAt(item, "status") === "True";
}

function nodeAddress(object: ServedObject): string {
  const found = listAt(object, "status", "addresses").find((item) => textAt(item, "type") === "InternalIP");
  return textAt(found, "address") || "<none>";
}

function loadBalancerAddresses(object: ServedObject): string {
  const items = listAt(object, "status", "loadBalancer", "ingress");
  return items.map((item) => textAt(item, "ip") || textAt(item, "hostname")).join(",");
}

function servicePort(port: unknown): string {
  const node = textAt(port, "nodePort");
  return `${textAt(port, "port")}${node === "" ? "" : `:${node}`}/${textAt(port, "protocol") || "TCP"}`;
}
