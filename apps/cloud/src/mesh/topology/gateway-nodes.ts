import type { Gateway, GatewayListener } from "@fairlead/kubernetes-types";
import type { GatewayView } from "@fairlead/mesh-model";
import { certificateFindings } from "./certificate-findings.ts";
import { type Drawing, drawEdge, drawObject, type Finding, intentOf, listenerId, worst } from "./drawing.ts";

/** Draws a Gateway and its listeners. A foreign one that another controller answers for is left out. */
export function gatewayNodes(drawing: Drawing, gateway: Gateway): void {
  const { name, namespace = "" } = gateway.metadata;
  const id = `${namespace}/${name}`;
  const node = { id: `gateway:${id}`, type: "gateway" } as const;
  const view = drawing.index.gateway(id);
  if (view === undefined) {
    if (intentOf(gateway) === null) return;
    const detail = `spec.gatewayClassName: no GatewayClass ${gateway.spec.gatewayClassName} that Fairlead answers for`;
    drawObject(drawing, gateway, node, { state: "error", detail });
    return;
  }
  drawObject(drawing, gateway, node, addressFinding(drawing, view));
  for (const listener of view.shape.listeners) {
    const written = gateway.spec.listeners[listener.index];
    const to = listenerId(id, listener.name);
    const host = listener.host === "*" ? "" : ` ${listener.host}`;
    drawing.nodes.set(to, {
      id: to,
      type: "listener",
      kind: "Gateway",
      namespace,
      name,
      label: `${listener.name} ${listener.protocol}:${listener.port}${host}`,
      intent: intentOf(gateway),
      ...worst(listenerFindings(drawing, view, listener.name, written, namespace)),
    });
    drawEdge(drawing, node.id, to, null);
  }
}

function addressFinding({ isObserved }: Drawing, { serving }: GatewayView): Finding {
  if (serving.addresses.length > 0) return { state: "ok", detail: serving.addresses.join(", ") };
  if (!isObserved) return { state: "unknown", detail: "the cluster has not told its addresses" };
  return { state: "warning", detail: "it has no address yet" };
}

function listenerFindings(
  drawing: Drawing,
  view: GatewayView,
  name: string,
  written: GatewayListener | undefined,
  namespace: string,
): Finding[] {
  const shape = view.shape.listeners.find((listener) => listener.name === name);
  const served = view.serving.listeners.find((listener) => listener.name === name);
  const findings: Finding[] = [];
  if (shape?.accepted.status === "False") findings.push({ state: "error", detail: shape.accepted.message });
  if (served?.resolvedRefs.status === "False") {
    findings.push({ state: served.ready ? "warning" : "error", detail: served.resolvedRefs.message });
  }
  const secrets = (written?.tls?.certificateRefs ?? []).map((ref) => `${ref.namespace ?? namespace}/${ref.name}`);
  if (written?.protocol === "HTTPS") findings.push(...certificateFindings(drawing, secrets));
  if ((view.attachedRoutes[name] ?? 0) === 0) findings.push({ state: "warning", detail: "no route is attached" });
  return findings;
}
