import { GATEWAY_GROUP, type ObjectKey } from "@fairlead/kubernetes-types";
import type { RouteView } from "@fairlead/mesh-model";
import { asGateway, asRoute, gatewayIdOf, gatewayKey, idOf, routeView } from "../read-object.ts";
import type { Draft, World } from "../world.ts";
import { secretProblem } from "./secrets.ts";

/** How many of the routes that lose a parent a finding names. */
const NAMED = 20;

/** What is wrong with a Gateway: its class, its listeners, what its certificates need. */
export function gatewayFindings(world: World, key: ObjectKey): Draft[] {
  const gateway = asGateway(world.objects.get(key));
  if (gateway === undefined) return [];
  const { text } = world.describe(key);
  const at = (code: Draft["code"], field: string, message: string): Draft => ({
    code,
    message: `${text}: ${message}`,
    subject: key,
    field,
  });
  const name = gateway.spec.gatewayClassName;
  const view = world.index.gateway(idOf(gateway));
  if (view === undefined) {
    if (!world.knowsFacts) return [];
    const there = world.objects.has(`${GATEWAY_GROUP}/GatewayClass//${name}`);
    return [
      there
        ? at("class_not_served", "spec.gatewayClassName", `the class ${name} is not one that Fairlead serves`)
        : at("class_not_found", "spec.gatewayClassName", `there is no GatewayClass ${name}`),
    ];
  }
  return view.shape.listeners.flatMap((listener, index): Draft[] => {
    const field = `spec.listeners[${index}]`;
    const refs = gateway.spec.listeners[index]?.tls?.certificateRefs ?? [];
    const served = view.serving.listeners[index]?.resolvedRefs;
    const found: Draft[] = [];
    if (listener.accepted.status !== "True") found.push(at("listener_invalid", field, listener.accepted.message));
    else if (listener.kinds.status !== "True") {
      found.push(at("listener_invalid", `${field}.allowedRoutes.kinds`, listener.kinds.message));
    } else if (served?.reason === "RefNotPermitted" && world.knowsFacts) {
      found.push(at("reference_not_granted", `${field}.tls.certificateRefs`, served.message));
    } else if (listener.protocol === "HTTPS" && refs.length === 0) {
      found.push(
        at("listener_invalid", `${field}.tls.certificateRefs`, `listener ${listener.name} names no certificate`),
      );
    }
    if (listener.protocol !== "HTTPS") return found;
    for (const [number, ref] of refs.entries()) {
      const secret = `${ref.namespace ?? gateway.metadata.namespace ?? ""}/${ref.name}`;
      const problem = secretProblem(world, secret);
      if (problem === undefined) continue;
      const message = `listener ${listener.name} takes a certificate from the Secret ${secret}: ${problem.text}`;
      found.push(at(problem.code, `${field}.tls.certificateRefs[${number}]`, message));
    }
    return found;
  });
}

/** Routes that were accepted by a Gateway which the plan edits or deletes, and will be no longer. */
export function detachFindings(world: World, key: ObjectKey, routes: readonly ObjectKey[]): Draft[] {
  const detached = routes.filter((route) => {
    // A route that the plan deletes or moves away itself is no news.
    if (world.changed.has(route)) return false;
    const after = routeView(world.index, route);
    return accepts(world, route, key, world.routeBefore(route)) && !accepts(world, route, key, after);
  });
  if (detached.length === 0) return [];
  const named = detached.slice(0, 3).map((route) => world.describe(route).text);
  const more = detached.length > named.length ? ` and ${detached.length - named.length} more` : "";
  const what = `${detached.length} ${detached.length === 1 ? "route" : "routes"}`;
  const message = `${world.describe(key).text}: will detach ${what}: ${named.join(", ")}${more}`;
  return [{ code: "routes_detached", message, subject: key, related: detached.slice(0, NAMED) }];
}

function accepts(world: World, route: ObjectKey, gateway: ObjectKey, view: RouteView | undefined): boolean {
  const object = asRoute(world.objects.get(route));
  return (view?.parents ?? []).some(({ index, accepted }) => {
    const ref = object?.spec.parentRefs?.[index];
    const id = ref && gatewayIdOf(ref, object?.metadata.namespace ?? "");
    return id !== undefined && gatewayKey(id) === gateway && accepted.status === "True";
  });
}
