import { isDeepStrictEqual } from "node:util";
import { findCondition, resources } from "@fairlead/kubernetes";
import type { Gateway, GatewayListenerStatus, ObjectKey, Service } from "@fairlead/kubernetes-types";
import { type GatewayStatusDraft, gatewayStatus, nextStatusChange, type Verdict } from "@fairlead/mesh-model";
import { gatewayService, REQUESTED_ADDRESSES, serviceAddresses } from "../service/desired-service.ts";
import { IPAM_CONDITION } from "./address-controller.ts";
import { type ControllerContext, FIELD_MANAGER, idOf } from "./context.ts";
import { type EnsuredService, ensureService, removeService } from "./ensure-service.ts";
import { holds, stamp } from "./stamp.ts";

/** Timers hold no more than 24 days; looking once a day costs nothing. */
const LONGEST_WAIT_MS = 86_400_000;

/** Makes the Service of a Gateway and writes the Gateway's status. A deleted Gateway's Service is collected by its owner reference. */
export async function reconcileGateway(context: ControllerContext, key: ObjectKey): Promise<number | undefined> {
  const { world, clock } = context;
  const gateway = world.gateways.store.get(key);
  if (gateway === undefined || gateway.metadata.deletionTimestamp !== undefined) return;
  const isOnNodes = context.hostNetwork.gateways;
  const view = world.index.gateway(idOf(gateway));
  if (view === undefined) return removeService(context, gatewayService(gateway, []), gateway).then(() => undefined);
  const ports = view.shape.listeners.filter(({ accepted }) => accepted.status === "True").map(({ port }) => port);
  const ensured: EnsuredService =
    ports.length === 0
      ? { problem: "No listener can be served" }
      : await ensureService(context, gatewayService(gateway, ports, isOnNodes ? "ClusterIP" : "LoadBalancer"), gateway);
  const onNodes = ports.length === 0 ? [] : view.serving.addresses;
  const addresses = isOnNodes ? onNodes : chooseAddresses(context, gateway, ensured.service);
  const addressProblem = isOnNodes ? explainNodes(gateway, addresses) : explainAddress(ensured);
  const now = clock.now();
  const draft = gatewayStatus(gateway, view, { now, addresses, ...(addressProblem && { addressProblem }) });
  await write(context, gateway, addresses, draft, now);
  const next = nextStatusChange(view, now);
  return next === undefined ? undefined : Math.min(next - now, LONGEST_WAIT_MS);
}

// While our own allocator is still to answer for a new Service, what was recorded stands: it is about to be confirmed.
function chooseAddresses({ book }: ControllerContext, gateway: Gateway, service: Service | undefined): string[] {
  const given = serviceAddresses(service);
  if (given.length > 0 || book === undefined || service === undefined) return given;
  return (gateway.status?.addresses ?? []).map(({ value }) => value);
}

function explainAddress({ service, problem }: EnsuredService): Verdict | undefined {
  if (problem !== undefined) return { status: "False", reason: "AddressNotAssigned", message: problem };
  const refused = findCondition(service.status?.conditions, IPAM_CONDITION);
  if (refused?.status !== "False") return undefined;
  const isStatic = service.metadata.annotations?.[REQUESTED_ADDRESSES] !== undefined;
  return { status: "False", reason: isStatic ? "AddressNotUsable" : "AddressNotAssigned", message: refused.message };
}

function explainNodes(gateway: Gateway, addresses: readonly string[]): Verdict | undefined {
  if (addresses.length === 0) {
    return { status: "False", reason: "AddressNotAssigned", message: "No node that may listen is ready" };
  }
  const foreign = gateway.spec.addresses?.find(({ value }) => value !== undefined && !addresses.includes(value))?.value;
  if (foreign === undefined) return undefined;
  const message = `Gateways listen on the nodes' own addresses, and ${foreign} is none of them`;
  return { status: "False", reason: "AddressNotUsable", message };
}

async function write(
  context: ControllerContext,
  gateway: Gateway,
  values: readonly string[],
  draft: GatewayStatusDraft,
  nowMs: number,
): Promise<void> {
  const before = gateway.status;
  const conditions = stamp(before?.conditions, draft.conditions, nowMs);
  const listeners: GatewayListenerStatus[] = draft.listeners.map((listener) => {
    const old = before?.listeners?.find(({ name }) => name === listener.name);
    return { ...listener, conditions: stamp(old?.conditions, listener.conditions, nowMs) };
  });
  const addresses = values.map((value) => ({ type: "IPAddress", value }));
  const isSame =
    holds(before?.conditions, conditions) &&
    isDeepStrictEqual(before?.listeners ?? [], listeners) &&
    isDeepStrictEqual(
      (before?.addresses ?? []).map(({ value }) => value),
      values,
    );
  if (isSame) return;
  const { apiVersion, kind, metadata } = gateway;
  const { name, namespace } = metadata;
  await context.client.applyStatus(
    resources.gateways,
    {
      apiVersion,
      kind,
      metadata: { name, ...(namespace && { namespace }) },
      status: { addresses, conditions, listeners },
    },
    { fieldManager: FIELD_MANAGER, force: true },
  );
  context.onStatusWritten(kind);
}
