import { isNotFound, resources } from "@fairlead/kubernetes";
import { type KubernetesObject, objectKey, type Service } from "@fairlead/kubernetes-types";
import { isOurs, isOwnedBy, isUpToDate } from "../service/desired-service.ts";
import { type ControllerContext, FIELD_MANAGER } from "./context.ts";

/** A Service as it stands, or why it cannot be had. */
export type EnsuredService =
  | { readonly service: Service; readonly problem?: never }
  | { readonly problem: string; readonly service?: never };

/** Makes a Service as desired, unless one of that name belongs to someone else. */
export async function ensureService(
  { client, world }: ControllerContext,
  desired: Service,
  owner: KubernetesObject | undefined,
): Promise<EnsuredService> {
  const live = world.services.store.get(objectKey(desired));
  if (live !== undefined) {
    if (!isOurs(live) || (owner !== undefined && !isOwnedBy(live, owner))) {
      return { problem: `Service ${desired.metadata.namespace}/${desired.metadata.name} exists and is not ours` };
    }
    if (isUpToDate(live, desired)) return { service: live };
  }
  const options = { fieldManager: FIELD_MANAGER, force: true };
  return { service: await client.apply(resources.services, desired, options) };
}

/** Removes a Service that we made for an owner, if it is there. */
export async function removeService(
  { client, world }: ControllerContext,
  desired: Service,
  owner: KubernetesObject,
): Promise<void> {
  const live = world.services.store.get(objectKey(desired));
  if (live === undefined || !isOurs(live) || !isOwnedBy(live, owner)) return;
  const { name, namespace, uid } = live.metadata;
  try {
    await client.delete(resources.services, { name, namespace }, { preconditions: uid === undefined ? {} : { uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
