import { MeshError } from "@fairlead/core";
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

/** By which whoever removes Fairlead by hand finds them. */
const LABELS = { "app.kubernetes.io/part-of": "fairlead" };
const FEATURES_FIELD = "status.supportedFeatures";

/**
 * Terms of leadership in which the cluster's definitions turned out not to know the features: the Gateway API's standard
 * channel has had them since v1.4.
 */
const featureless = new WeakSet<ControllerContext>();

type Features = NonNullable<GatewayClass["status"]>["supportedFeatures"];

/** Makes our GatewayClass and IngressClass exist and writes the status of every GatewayClass of ours. */
export async function reconcileClass(context: ControllerContext, key: ObjectKey): Promise<undefined> {
  const parts = parseObjectKey(key);
  if (parts === undefined) return;
  if (parts.group !== GATEWAY_GROUP) return ensureIngressClass(context, key, parts.name);
  const { world } = context;
  const object = world.gatewayClasses.store.get(key) ?? (await createGatewayClass(context, parts.name));
  const view = world.index.gatewayClass(parts.name);
  if (object === undefined || view === undefined) return;
  const draft = gatewayClassStatus(object, view);
  const conditions = stamp(object.status?.conditions, draft.conditions, context.clock.now());
  const supportedFeatures = featureless.has(context) ? undefined : draft.supportedFeatures;
  const names = (features: Features) => (features ?? []).map(({ name }) => name).join();
  if (
    holds(object.status?.conditions, conditions) &&
    names(object.status?.supportedFeatures) === names(supportedFeatures)
  )
    return;
  await writeStatus(context, object, { conditions, ...(supportedFeatures && { supportedFeatures }) });
  context.onStatusWritten(object.kind);
}

async function writeStatus(
  context: ControllerContext,
  { apiVersion, kind, metadata: { name } }: GatewayClass,
  status: NonNullable<GatewayClass["status"]>,
): Promise<void> {
  const options = { fieldManager: FIELD_MANAGER, force: true };
  const write = (given: typeof status) =>
    context.client.applyStatus(
      resources.gatewayClasses,
      { apiVersion, kind, metadata: { name }, status: given },
      options,
    );
  try {
    await write(status);
  } catch (error) {
    if (!(error instanceof MeshError) || !error.fields.some(({ field }) => field === FEATURES_FIELD)) throw error;
    featureless.add(context);
    const { supportedFeatures: _, ...rest } = status;
    await write(rest);
  }
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
        metadata: { name, labels: LABELS },
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
        metadata: { name, labels: LABELS },
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
