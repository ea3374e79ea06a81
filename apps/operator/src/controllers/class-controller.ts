import { isAlreadyExists, resources } from "@fairlead/kubernetes";
import {
  GATEWAY_GROUP,
  type GatewayClass,
  type IngressClass,
  type ObjectKey,
  parseObjectKey,
} from "@fairlead/kubernetes-types";
import { gatewayClassStatus } from "@fairlead/mesh-model";
import { type ControllerContext, FIELD_MANAGER } from "./context.ts";
import { holds, stamp } from "./stamp.ts";

type Features = NonNullable<GatewayClass["status"]>["supportedFeatures"];

/** Makes our GatewayClass and IngressClass exist and writes the status of every GatewayClass of ours. */
export async function reconcileClass(context: ControllerContext, key: ObjectKey): Promise<undefined> {
  const parts = parseObjectKey(key);
  if (parts === undefined) return;
  if (parts.group !== GATEWAY_GROUP) return ensureIngressClass(context, key, parts.name);
  const { client, world } = context;
  const object = world.gatewayClasses.store.get(key) ?? (await createGatewayClass(context, parts.name));
  const view = world.index.gatewayClass(parts.name);
  if (object === undefined || view === undefined) return;
  const draft = gatewayClassStatus(object, view);
  const conditions = stamp(object.status?.conditions, draft.conditions, context.clock.now());
  const { supportedFeatures } = draft;
  const names = (features: Features) => (features ?? []).map(({ name }) => name).join();
  if (
    holds(object.status?.conditions, conditions) &&
    names(object.status?.supportedFeatures) === names(supportedFeatures)
  )
    return;
  const { apiVersion, kind, metadata } = object;
  await client.applyStatus(
    resources.gatewayClasses,
    { apiVersion, kind, metadata: { name: metadata.name }, status: { conditions, supportedFeatures } },
    { fieldManager: FIELD_MANAGER, force: true },
  );
  context.onStatusWritten(kind);
}

async function createGatewayClass(context: ControllerContext, name: string): Promise<GatewayClass | undefined> {
  const names = context.gatewayClasses.find((candidate) => candidate.class === name);
  if (names === undefined) return undefined;
  await unlessThere(
    context.client.create<GatewayClass>(
      resources.gatewayClasses,
      {
        apiVersion: "gateway.networking.k8s.io/v1",
        kind: "GatewayClass",
        metadata: { name },
        spec: { controllerName: names.controller, description: "Gateways served by Fairlead" },
      },
      { fieldManager: FIELD_MANAGER },
    ),
  );
  // Its status follows when the watch brings it.
  return undefined;
}

async function ensureIngressClass(context: ControllerContext, key: ObjectKey, name: string): Promise<undefined> {
  const names = context.ingressClasses.find((candidate) => candidate.class === name);
  if (names === undefined || context.world.ingressClasses.store.get(key) !== undefined) return;
  await unlessThere(
    context.client.create<IngressClass>(
      resources.ingressClasses,
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "IngressClass",
        metadata: { name },
        spec: { controller: names.controller },
      },
      { fieldManager: FIELD_MANAGER },
    ),
  );
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  try {
    await creation;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}
