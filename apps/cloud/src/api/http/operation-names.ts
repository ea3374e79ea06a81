import { routes } from "@fairlead/contract";

/**
 * Finds the operation id of a request by method and path, for metrics: label values stay a closed set, whatever
 * paths are asked for. Unknown paths are `none`.
 */
export function operationNames(): (method: string, path: string) => string {
  const known = Object.values(routes).flatMap((resource) =>
    Object.values(resource).map((route) => ({
      method: route.method.toUpperCase(),
      pattern: new RegExp(`^${route.path.replace(/\{[^}]+\}/g, "[^/]+")}$`),
      name: route.operationId ?? "none",
    })),
  );
  return (method, path) => known.find((one) => one.method === method && one.pattern.test(path))?.name ?? "none";
}
