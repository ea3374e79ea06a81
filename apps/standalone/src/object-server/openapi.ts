import { apiVersions } from "./discovery.ts";
import { kinds } from "./kind.ts";

/**
 * What `/openapi/…` answers; undefined for any other path. It says just enough for kubectl to leave validation to the
 * server: that PATCH takes `fieldValidation` and `dryRun`. Schemas are not published.
 */
export function openapi(path: string): object | undefined {
  if (path === "/openapi/v3") {
    const paths = apiVersions().map((apiVersion) => [
      folderOf(apiVersion),
      { serverRelativeURL: `/openapi/v3/${folderOf(apiVersion)}` },
    ]);
    return { paths: Object.fromEntries(paths) };
  }
  const apiVersion = apiVersions().find((item) => path === `/openapi/v3/${folderOf(item)}`);
  return apiVersion === undefined ? undefined : { ...document(apiVersion), components: { schemas: {} } };
}

function document(apiVersion: string): object {
  const parameters = ["dryRun", "fieldManager", "fieldValidation"].map((name) => ({
    name,
    in: "query",
    schema: { type: "string" },
  }));
  const paths = kinds
    .filter((kind) => kind.apiVersion === apiVersion)
    .map(({ group, version, kind, plural, namespaced }) => {
      const path = `/${folderOf(apiVersion)}${namespaced ? "/namespaces/{namespace}" : ""}/${plural}/{name}`;
      const operation = { "x-kubernetes-group-version-kind": { group, version, kind }, responses: {}, parameters };
      return [path, { patch: operation }];
    });
  return { openapi: "3.0.0", info: { title: "Kubernetes", version: "v1" }, paths: Object.fromEntries(paths) };
}

function folderOf(apiVersion: string): string {
  return apiVersion.includes("/") ? `apis/${apiVersion}` : `api/${apiVersion}`;
}
