import { type Kind, kinds } from "./kind.ts";

/** The Kubernetes release whose API this server speaks. */
const KUBERNETES_VERSION = "1.33.4";

const VERBS = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const TOKEN_REVIEW_VERSION = "authentication.k8s.io/v1";

/** What a discovery path answers; undefined for any other path. */
export function discovery(path: string): object | undefined {
  const steps = path.split("/").filter((step) => step !== "");
  if (path === "/version" || path === "/version/") return version();
  if (steps[0] === "api" && steps.length === 1) {
    return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
  }
  if (steps[0] === "api" && steps.length === 2 && steps[1] === "v1") return resourceList("v1");
  if (steps[0] !== "apis") return undefined;
  if (steps.length === 1) return { kind: "APIGroupList", apiVersion: "v1", groups: groups().map(group) };
  const [, name, apiVersion, ...rest] = steps;
  if (rest.length > 0 || name === undefined || !groups().includes(name)) return undefined;
  if (apiVersion === undefined) return { apiVersion: "v1", ...group(name) };
  return apiVersions().includes(`${name}/${apiVersion}`) ? resourceList(`${name}/${apiVersion}`) : undefined;
}

/** Every `apiVersion` served. */
export function apiVersions(): string[] {
  return [...new Set([...kinds.map((kind) => kind.apiVersion), TOKEN_REVIEW_VERSION])];
}

function groups(): string[] {
  return [
    ...new Set(
      apiVersions().flatMap((apiVersion) => (apiVersion.includes("/") ? [apiVersion.split("/")[0] ?? ""] : [])),
    ),
  ];
}

function group(name: string): object {
  const versions = apiVersions()
    .filter((apiVersion) => apiVersion.startsWith(`${name}/`))
    .map((groupVersion) => ({ groupVersion, version: groupVersion.slice(name.length + 1) }));
  return { kind: "APIGroup", name, versions, preferredVersion: versions[0] };
}

function resourceList(groupVersion: string): object {
  const resources =
    groupVersion === TOKEN_REVIEW_VERSION
      ? [
          {
            name: "tokenreviews",
            singularName: "tokenreview",
            namespaced: false,
            kind: "TokenReview",
            verbs: ["create"],
          },
        ]
      : kinds.filter((kind) => kind.apiVersion === groupVersion).flatMap(resourcesOf);
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
}

function resourcesOf(kind: Kind): object[] {
  const { plural, singular, namespaced, kind: name, shortNames, categories } = kind;
  const main = { name: plural, singularName: singular, namespaced, kind: name, verbs: VERBS, shortNames, categories };
  const status = {
    name: `${plural}/status`,
    singularName: "",
    namespaced,
    kind: name,
    verbs: ["get", "patch", "update"],
  };
  return kind.hasStatus ? [main, status] : [main];
}

function version(): object {
  const [major, minor] = KUBERNETES_VERSION.split(".");
  return {
    major,
    minor,
    gitVersion: `v${KUBERNETES_VERSION}+fairlead`,
    gitCommit: "",
    gitTreeState: "clean",
    buildDate: "1970-01-01T00:00:00Z",
    goVersion: "",
    compiler: "",
    platform: `${process.platform}/${process.arch === "x64" ? "amd64" : process.arch}`,
  };
}
