import { isDeepStrictEqual } from "node:util";
import { resources } from "@fairlead/kubernetes";
import { type Ingress, type IngressStatus, type ObjectKey, objectKey } from "@fairlead/kubernetes-types";
import { type IngressView, ingressStatus } from "@fairlead/mesh-model";
import { ingressService, serviceAddresses } from "../service/desired-service.ts";
import { type ControllerContext, FIELD_MANAGER, idOf } from "./context.ts";
import { ensureService, removeService } from "./ensure-service.ts";

/** Makes the Service an Ingress is reached by, its own or the shared one, and writes the Ingress's addresses. */
export async function reconcileIngress(context: ControllerContext, key: ObjectKey): Promise<undefined> {
  const { world } = context;
  const ingress = world.ingresses.store.get(key);
  if (ingress === undefined || ingress.metadata.deletionTimestamp !== undefined) return;
  const view = world.index.ingress(idOf(ingress));
  const own = ingressService({ ingress });
  const abandoned = serviceAddresses(world.services.store.get(objectKey(own)));
  if (view?.mode !== "dedicated") await removeService(context, own, ingress);
  if (view === undefined) return release(context, ingress, abandoned);
  const { service, problem } = await ensure(context, ingress, view);
  if (problem !== undefined) context.log.warn("ingress has no service", { object: key, reason: problem });
  if (context.hostNetwork.ingresses) return write(context, ingress, ingressStatus(view.addresses));
  const given = serviceAddresses(service);
  const recorded = addressesOf(ingress);
  // While our own allocator is still to answer for a new Service, what was recorded stands.
  const isPending = given.length === 0 && context.book !== undefined && view.mode === "dedicated";
  await write(context, ingress, ingressStatus(isPending ? recorded : given));
}

function ensure(context: ControllerContext, ingress: Ingress, view: IngressView) {
  const use = context.hostNetwork.ingresses ? "ClusterIP" : "LoadBalancer";
  return view.mode === "dedicated"
    ? ensureService(context, ingressService({ ingress }, use), ingress)
    : ensureService(context, ingressService({ namespace: context.namespace }, use), undefined);
}

// Another controller may have taken over already: only addresses of ours are taken back.
async function release(context: ControllerContext, ingress: Ingress, abandoned: readonly string[]): Promise<undefined> {
  const shared = ingressService({ namespace: context.namespace });
  const ours = [
    ...abandoned,
    ...serviceAddresses(context.world.services.store.get(objectKey(shared))),
    ...context.world.index.hostAddresses("ingresses"),
  ];
  const recorded = addressesOf(ingress);
  if (recorded.length > 0 && recorded.every((address) => ours.includes(address))) await write(context, ingress, {});
}

async function write(context: ControllerContext, ingress: Ingress, status: IngressStatus): Promise<undefined> {
  const wanted = (status.loadBalancer?.ingress ?? []).map(({ ip }) => ip);
  if (isDeepStrictEqual(addressesOf(ingress), wanted)) return;
  const { apiVersion, kind, metadata } = ingress;
  const { name, namespace } = metadata;
  await context.client.applyStatus(
    resources.ingresses,
    { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) }, status },
    { fieldManager: FIELD_MANAGER, force: true },
  );
  context.onStatusWritten(kind);
}

function addressesOf(ingress: Ingress): string[] {
  return (ingress.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
}
